import Basics
import Testing

/// How durations are written.
struct DurationFormatTests {
  @Test(
    "what was measured",
    arguments: [
      (0, "0.0 ms"), (0.000_8, "0.8 ms"), (0.009_94, "9.9 ms"), (0.009_96, "10 ms"),
      (0.0994, "99 ms"), (0.0996, "0.10 s"), (0.14, "0.14 s"), (0.996, "1.0 s"), (15.84, "15.8 s"),
      (59.94, "59.9 s"), (59.96, "60 s"), (75, "75 s"), (99.6, "1 min 40 s"), (250, "4 min 10 s"),
      (599.6, "10 min"), (5969, "99 min"), (5971, "1 h 40 min"), (12_000, "3 h 20 min"),
      (-1, "0.0 ms"), (.nan, "?"), (.infinity, "?"), (1e8, "?"),
    ] as [(Double, String)])
  func measured(seconds: Double, expected: String) {
    #expect(DurationFormat.format(seconds) == expected)
  }

  @Test(
    "what is only expected",
    arguments: [
      (0, "0 s"), (-1, "0 s"), (0.2, "1 s"), (13.01, "14 s"), (98.5, "99 s"), (99.2, "1 min 40 s"),
      (249.5, "4 min 10 s"), (12_000, "3 h 20 min"), (.nan, "?"),
    ] as [(Double, String)])
  func expected(seconds: Double, expected: String) {
    #expect(DurationFormat.format(seconds, isEstimate: true) == expected)
  }

  @Test func millisecondsKeepTheirUnit() {
    #expect(DurationFormat.milliseconds(1.5, decimals: 1) == "1500.0 ms")
  }

  @Test(
    "in words",
    arguments: [
      (1, "a few seconds"), (8, "about 10 seconds"), (49, "about 50 seconds"),
      (60, "about a minute"), (100, "about 2 minutes"), (7200, "about 2 hours"), (1e8, "very long"),
    ] as [(Double, String)])
  func words(seconds: Double, expected: String) {
    #expect(DurationFormat.roughly(seconds) == expected)
  }
}
