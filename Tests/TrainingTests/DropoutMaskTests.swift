import Tensors
import Testing

@testable import Training

/// Dropout masks that can be computed again at any time.
@Suite struct DropoutMaskTests {
  static func mask(
    _ layer: String = "drop6", rate: Double = 0.5, seed: UInt64 = 1, step: Int = 0,
    count: Int = 1001
  ) -> Tensor {
    var mask = Tensor(repeating: 9, shape: [1, count])
    DropoutMasks(layer: layer, rate: rate, seed: seed).fill(&mask, step: step)
    return mask
  }

  /// Zeros and ones, with the fraction of ones given by the rate, within five standard deviations.
  @Test(arguments: [0.0, 0.1, 0.25, 0.5, 0.9])
  func share(_ rate: Double) {
    let count = 100_003
    let mask = Self.mask(rate: rate, count: count)
    #expect(mask.values.allSatisfy { $0 == 0 || $0 == 1 })
    let kept = mask.values.reduce(0.0) { $0 + Double($1) }
    let deviation = (Double(count) * rate * (1 - rate)).squareRoot()
    #expect(abs(kept - (1 - rate) * Double(count)) <= 5 * deviation)
  }

  /// The mask depends on seed, step, layer and element, and on nothing else.
  @Test func dependsOnItsPlaceOnly() {
    #expect(Self.mask() == Self.mask())
    #expect(Self.mask().values.prefix(10) == Self.mask(count: 10).values.prefix(10))
    for other in [
      Self.mask("drop7"), Self.mask(seed: 2), Self.mask(step: 1), Self.mask(step: 1 << 20),
    ] {
      let same = zip(Self.mask().values, other.values).count { $0 == $1 }
      #expect(abs(same - 500) < 80)
    }
  }

  /// The formula in the code's comment, element by element.
  @Test func formula() {
    let random = CounterRandom("dropout drop6", seed: 5)
    let mask = Self.mask(rate: 0.3, seed: 5, step: 3, count: 23)
    for i in 0..<23 {
      let bits = random.bits(3 << 32 + UInt64(i / 4)) >> UInt64(16 * (i % 4)) & 0xFFFF
      #expect(mask.values[i] == (bits >= 19661 ? 1 : 0))
    }
  }
}
