import Basics
import Testing

/// Conversions and repetitions of any values that data may contain.
@Suite struct ConversionTests {
  @Test(
    arguments: [
      (0.0, 0), (2.9, 2), (-2.9, -2), (.nan, 0), (-.nan, 0), (.infinity, Int.max),
      (-.infinity, Int.min), (1e300, Int.max), (-1e300, Int.min), (0x1p63, Int.max),
      (-0x1p63, Int.min), (0x1p53 + 2, 9_007_199_254_740_994), (.leastNonzeroMagnitude, 0),
    ] as [(Double, Int)])
  func clamps(_ x: Double, _ expected: Int) {
    #expect(Int(clamping: x) == expected)
    #expect(Int(clamping: Float(x)) == expected || Double(Float(x)) != x)
  }

  @Test(
    arguments: [
      (0.5, 1), (2.4, 2), (254.5, 255), (255.5, 255), (1e9, 255), (-0.6, 0), (-7, 0), (.nan, 0),
      (.infinity, 255), (-.infinity, 0),
    ] as [(Double, UInt8)])
  func rounds(_ x: Double, _ expected: UInt8) {
    #expect(UInt8(rounding: x) == expected)
    #expect(UInt8(rounding: Float(x)) == expected)
  }

  /// Swift's own conversions of these values crash. Modules that import `Basics` get safe
  /// conversions instead, which are deprecated, so that the compiler warns about them.
  @available(*, deprecated, message: "calls deprecated conversions")
  @Test func plainConversionsAreReplaced() {
    #expect(Int(Double.nan) == 0 && Int(Float.infinity) == .max)
    #expect(UInt8(Double.nan) == 0 && UInt8(Float(300)) == 255)
    #expect(Int32(Double(1e20)) == .max && Int32(Float.nan) == 0)
    #expect(UInt64(Double(-1)) == 0 && UInt64(Float(-1)) == 0)
  }

  @Test(
    arguments: [
      (0.0, 4, "····"), (0.5, 4, "██··"), (1, 4, "████"), (12.46, 4, "████"), (-3, 4, "····"),
      (.nan, 4, "····"), (.infinity, 4, "████"), (0.5, 0, ""), (0.5, -2, ""),
    ] as [(Double, Int, String)])
  func bars(_ share: Double, _ width: Int, _ expected: String) {
    #expect(bar(share, width: width, rest: "·") == expected)
    #expect(bar(share, width: width) == expected.filter { $0 == "█" })
  }

  @Test func repetitions() {
    #expect(String(repeating: "ab", clamping: 2) == "abab")
    #expect(String(repeating: "ab", clamping: -1) == "")
    #expect(String(repeating: "a", clamping: .max).count == String.longestRepetition)
  }
}
