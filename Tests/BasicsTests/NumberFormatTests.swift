import Basics
import Testing

/// The text form of numbers.
struct NumberFormatTests {
  @Test(
    "numbers for reading",
    arguments: [
      (55, "55"), (-83, "−83"), (54.25, "54.25"), (-0.0, "0"), (0.717, "0.717"), (1e-7, "1e-7"),
      (-1.5e-10, "−1.5e-10"), (0.0001, "0.0001"), (0.000099999999, "0.0001"), (0.00001, "1e-5"),
      (62_378_344, "62378344"), (9_007_199_254_740_992, "9007199254740992"), (1e20, "1e20"),
      (1 / 3.0, "0.333333"), (2 / 3.0, "0.666667"), (0.1 + 0.2, "0.3"), (0.9999999, "1"),
      (1_234_567.251, "1234567.25"), (123.456789, "123.457"), (Double(Float(0.1)), "0.1"),
      (Double(Float(0.0331199)), "0.0331199"), (1.7976931348623157e308, "1.79769e308"),
      (Double.leastNonzeroMagnitude, "5e-324"), (.nan, "nan"), (-.infinity, "−inf"),
      (.infinity, "inf"),
      (1_234_567_890_123_456.5, "1234567890123456.5"),
      (Double(Float.greatestFiniteMagnitude), "3.40282e38"),
      (99_999.96, "100000"), (99_999.94, "99999.9"), (0.15, "0.15"), (-1234.5678, "−1234.57"),
    ] as [(Double, String)])
  func format(x: Double, expected: String) {
    #expect(NumberFormat.format(x) == expected)
  }

  @Test(
    "a given number of significant digits",
    arguments: [
      (0.0131199, 3, "0.0131"), (2.0449, 3, "2.04"), (2.9999, 2, "3"), (12.34, 1, "12.34"),
    ]
      as [(Double, Int, String)])
  func significant(x: Double, digits: Int, expected: String) {
    #expect(NumberFormat.format(x, significant: digits) == expected)
  }

  @Test(
    "a number that isn't whole never looks whole",
    arguments: [
      (1.0000001, "1.0000001"), (-0.99999999, "−0.99999999"), (1.000000000000001, "1.00000"),
      (1.0000000797571, "1.0000001"), (2, "2"), (1_234_567.89, "1234567.89"), (1e-7, "1e-7"),
      (1_234_567.000_000_1, "1234567.0"), (0, "0"), (0.1 + 0.2, "0.3"),
    ] as [(Double, String)])
  func fraction(x: Double, expected: String) {
    #expect(NumberFormat.format(x, keepsFraction: true) == expected)
  }

  @Test(
    "all digits, for settings",
    arguments: [
      (0.0001, "0.0001"), (5e-5, "0.00005"), (1.25e-7, "0.000000125"), (2, "2"), (0.75, "0.75"),
      (-1e-5, "−0.00001"), (1e-12, "1e-12"), (122.68, "122.68"), (1e300, "1e300"), (0, "0"),
      (-0.0, "0"), (-.infinity, "−inf"), (.nan, "nan"), (1 / 3.0, "0.3333333333333333"),
      (123_456_789.125, "123456789.125"), (9_007_199_254_740_992, "9007199254740992"),
      (9_007_199_254_740_994, "9.007199254740994e15"),
    ] as [(Double, String)])
  func shortest(x: Double, expected: String) {
    #expect(NumberFormat.shortest(x) == expected)
    let text = NumberFormat.shortest(x, minus: .hyphen)
    #expect(text == NumberFormat.withHyphens(expected))
    #expect(Double(text) == x || x.isNaN)
  }

  @Test(
    "a Float has a Float's digits",
    arguments: [
      (0.1, "0.1"), (-14.300281, "−14.300281"), (2, "2"), (5e-5, "5e-5"), (16_777_216, "16777216"),
    ] as [(Float, String)])
  func float(x: Float, expected: String) {
    #expect(NumberFormat.shortest(x, powers: -4...15) == expected)
  }

  @Test(
    "errors and bounds",
    arguments: [
      (0, "0"), (39, "39"), (0.5, "0.5"), (0.01234, "0.0123"), (123_456, "1.23e5"),
      (5.96e-8, "5.96e-8"), (1.5e30, "1.5e30"), (.infinity, "inf"), (.nan, "nan"),
    ] as [(Double, String)])
  func short(x: Double, expected: String) {
    #expect(NumberFormat.short(x) == expected)
  }

  @Test(
    "quotients",
    arguments: [(217, 4, "54.25"), (221, 7, "31.57"), (8, 4, "2"), (1001, 1000, "1.001")])
  func quotient(dividend: Int, divisor: Int, expected: String) {
    #expect(NumberFormat.quotient(dividend, divisor) == expected)
  }

  @Test(
    "a fixed number of decimals",
    arguments: [
      (9.285, 2, "9.29"), (0.5897, 2, "0.59"), (222.476, 2, "222.48"), (0, 2, "0.00"),
      (0.996, 2, "1.00"), (-0.001, 2, "0.00"), (999.999, 1, "1000.0"), (0.05, 1, "0.1"),
      (0.04, 1, "0.0"), (1e-9, 3, "0.000"), (12, 0, "12"), (0.5, 0, "1"),
      (1e20, 1, "100000000000000000000.0"),
      (.nan, 2, "nan"), (-3.14159, 3, "−3.142"), (95, 0, "95"), (0.6, 0, "1"), (0.06, 0, "0"),
    ] as [(Double, Int, String)])
  func fixed(x: Double, decimals: Int, expected: String) {
    #expect(NumberFormat.fixed(x, decimals) == expected)
  }

  @Test(
    "whole numbers in groups",
    arguments: [
      (0, "0"), (999, "999"), (1000, "1,000"), (62_378_344, "62,378,344"), (-1234, "−1,234"),
      (.min, "−9,223,372,036,854,775,808"),
    ] as [(Int, String)])
  func grouped(n: Int, expected: String) {
    #expect(NumberFormat.grouped(n) == expected)
  }

  @Test(
    "fractions in percent",
    arguments: [
      (0.928, "92.8%"), (0, "0.0%"), (1, "100.0%"), (34_944 / 62_378_344.0, "0.06%"),
      (0.09285, "9.3%"), (0.0009, "0.09%"), (0.000_95, "0.1%"), (.nan, "nan"), (-.infinity, "−inf"),
      // Only 0 is shown as 0%, and only 1 as 100%.
      (0.9996, "99.96%"), (0.999_999, ">99.99%"), (0.000_001, "<0.01%"), (0.9994, "99.9%"),
      (1.000_1, "100.01%"), (-0.000_001, ">−0.01%"), (0.99951, "99.95%"),
    ] as [(Double, String)])
  func percent(share: Double, expected: String) {
    #expect(NumberFormat.percent(share) == expected)
  }

  @Test(
    "fractions in percent with a fixed number of decimals",
    arguments: [
      (0.999_96, 2, ">99.99%"), (0.9999, 2, "99.99%"), (0.000_01, 2, "<0.01%"), (0, 2, "0.00%"),
      (1, 1, "100.0%"), (0.9996, 1, ">99.9%"), (0.0004, 1, "<0.1%"), (0.25, 0, "25%"),
      (0.001, 0, "<1%"), (0.999, 0, ">99%"),
    ] as [(Double, Int, String)])
  func percent(share: Double, decimals: Int, expected: String) {
    #expect(NumberFormat.percent(share, decimals: decimals) == expected)
  }

  @Test("numbers for programs have hyphens")
  func hyphens() {
    #expect(NumberFormat.format(-1.5e-10, minus: .hyphen) == "-1.5e-10")
    #expect(NumberFormat.fixed(-0.25, 1, minus: .hyphen) == "-0.3")
    #expect(NumberFormat.format(-.infinity, minus: .hyphen) == "-inf")
    #expect(NumberFormat.withHyphens("[−1, −2]") == "[-1, -2]")
  }

  @Test("counts with their noun, and with a plus sign")
  func counts() {
    #expect(NumberFormat.count(1, "epoch") == "1 epoch")
    #expect(NumberFormat.count(1234, "epoch") == "1,234 epochs")
    #expect(NumberFormat.count(0, "class", "classes") == "0 classes")
    #expect(NumberFormat.grouped(1234, showsPlus: true) == "+1,234")
    #expect(NumberFormat.grouped(-1234, showsPlus: true) == "−1,234")
  }

  @Test(
    "counts with a prefix",
    arguments: [
      (1_135_256_096, "1.14 G"), (62_378_344, "62.4 M"), (34_944, "34.9 k"), (512, "512"),
      (999_950, "1.00 M"), (150_000_000, "150 M"), (999.4, "999"), (1e21, "1000 E"),
      (999.6, "1.00 k"), (0.25, "0.25"), (1e-9, "1e-9"),
    ] as [(Double, String)])
  func engineering(x: Double, expected: String) {
    #expect(NumberFormat.engineering(x) == expected)
    let isPrefixed = expected.last?.isLetter == true
    #expect(
      NumberFormat.engineering(x, unit: "MACs") == expected + (isPrefixed ? "" : " ") + "MACs")
    #expect(NumberFormat.engineering(x, unit: "steps") == expected + " steps")
  }

  @Test(
    "sizes in bytes",
    arguments: [
      (512, "512 B"), (618_348, "0.59 MiB"), (34_944, "34.1 KiB"), (249_513_376, "237.95 MiB"),
      (1 << 31, "2.00 GiB"),
    ] as [(Int, String)])
  func bytes(n: Int, expected: String) {
    #expect(NumberFormat.bytes(n) == expected)
  }
}
