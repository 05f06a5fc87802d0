import Basics
import Testing

@testable import Networks

struct NumeralsTests {
  @Test(arguments: [
    (0, "0"), (7, "7"), (999, "999"), (1000, "1,000"), (62_378_344, "62,378,344"),
    (-1_234, "−1,234"), (-999, "−999"), (Int.min, "−9,223,372,036,854,775,808"),
  ])
  func grouped(value: Int, expected: String) { #expect(Numerals.grouped(value) == expected) }

  @Test(arguments: [
    (14.7249, 2, "14.72"), (0.996, 2, "1.00"), (0.04, 1, "0.0"), (-0.04, 1, "0.0"),
    (-2.5, 0, "−3"), (99.95, 1, "100.0"), (0.05, 2, "0.05"), (.infinity, 2, "inf"),
  ])
  func fixed(value: Double, places: Int, expected: String) {
    #expect(Numerals.fixed(value, places: places) == expected)
  }

  @Test(arguments: [
    (0.0001, "0.0001"), (5e-5, "0.00005"), (1.25e-7, "0.000000125"), (2, "2"), (0.75, "0.75"),
    (-1e-5, "-0.00001"), (1e-12, "1e-12"), (122.68, "122.68"), (1e300, "1e+300"), (0, "0"),
  ])
  func plain(value: Double, expected: String) {
    #expect(Numerals.plain(value) == expected)
    #expect(Double(Numerals.plain(value)) == value)
  }

  @Test(arguments: [
    (0.07422696190252055, "0.07423"), (-0.07422696190252055, "-0.07423"),
    (0.00012345678, "0.0001235"), (0.000123, "0.000123"), (123.456789012, "123.5"),
    (54321.123456, "54321.123456"), (0, "0"), (0.9999999, "1"), (.infinity, "inf"),
  ])
  func short(value: Double, expected: String) { #expect(Numerals.short(value) == expected) }

  @Test(arguments: [(217, 4, "54.25"), (221, 7, "31.57"), (8, 4, "2"), (1001, 1000, "1.001")])
  func quotient(dividend: Int, divisor: Int, expected: String) {
    #expect(Numerals.quotient(dividend, divisor) == expected)
  }

  @Test(arguments: [
    ("krenel", "kernel"), ("Stride", "stride"), ("padd", "padding"), ("zzz", nil),
    ("strid", "stride"), ("", nil), (String(repeating: "stride", count: 1000), nil),
  ])
  func suggestion(word: String, expected: String?) {
    let fields = ["kernel", "stride", "padding"]
    #expect(Suggestion.nearest(to: word, among: fields) == expected)
  }
}
