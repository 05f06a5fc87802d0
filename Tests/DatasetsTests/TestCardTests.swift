import Testing

@testable import Datasets

@Suite struct TestCardTests {
  /// The FNV-1a hash of the card: every explanation of the default image's numbers depends on its
  /// bits.
  @Test func theCardDoesNotChange() {
    let digest = TestCard.image.bytes.reduce(0xCBF2_9CE4_8422_2325 as UInt64) {
      ($0 ^ UInt64($1)) &* 0x100_0000_01B3
    }
    #expect(digest == 6_482_672_383_340_678_050)
  }

  /// Rotated or mirrored in any way, the card looks different.
  @Test(arguments: EXIFOrientation.allCases.filter { $0 != .upright })
  func everyOrientationLooksDifferent(orientation: EXIFOrientation) {
    let card = TestCard.image
    let turned = card.turned(orientation)
    let different = zip(card.bytes, turned.bytes).count { abs(Int($0) - Int($1)) > 32 }
    #expect(different > card.bytes.count / 10)
  }

  /// The notched frame is outside the 227×227 crop that networks get.
  @Test func theFrameIsCutOff() {
    #expect(TestCard.image[0, 0] == RGB(gray: 240))
    #expect(TestCard.image.centerCropped(width: 227, height: 227)[0, 100] == RGB(84, 94, 108))
  }

  @Test func theWaveIsNearlyASine() {
    // The sine of 0, 30, 90, 210, 270 and 330 degrees.
    for (degrees, sine) in [(0, 0.0), (30, 0.5), (90, 1), (210, -0.5), (270, -1), (330, -0.5)] {
      #expect(abs(Double(TestCard.wave(degrees, period: 360)) - (127.5 + 127.5 * sine)) < 1.5)
    }
    #expect((0..<720).allSatisfy { (0...255).contains(TestCard.wave($0, period: 64)) })
  }
}
