import Tensors
import Testing

/// The expected words were computed independently from the formula, with Python's integers.
@Suite("Counter-based random numbers")
struct CounterRandomTests {
  @Test(
    arguments: [
      ("", 0, 0, 0xC381_7C01_6BA4_FF30),
      ("", 0, 1, 0x100C_DAAC_C0BC_9316),
      ("", 0, 1000, 0x4E45_81AC_78EF_02F9),
      ("", 0, .max, 0xF52A_15E9_A9B5_E89B),
      ("conv1.weight", 1, 0, 0x243C_AC0A_7F07_6A47),
      ("conv1.weight", 1, 1, 0xD3D9_7FE1_66E0_16B1),
      ("conv1.weight", 1, 1000, 0xB108_C0E2_3591_53B6),
      ("Größe", 42, 0, 0x61FF_BBFA_CEC0_B368),
      ("Größe", 42, 1000, 0xA8D9_C374_C9DC_1863),
      ("a", .max, 0, 0x52CE_69C9_CD1A_400A),
      ("a", .max, .max, 0xF32A_B789_3CCD_4577),
    ] as [(String, UInt64, UInt64, UInt64)])
  func bits(name: String, seed: UInt64, index: UInt64, expected: UInt64) {
    #expect(CounterRandom(name, seed: seed).bits(index) == expected)
  }

  @Test(arguments: [(0, -6_013_780), (1, 5_495_167), (1000, 3_213_504)] as [(UInt64, Float)])
  func unit(index: UInt64, expected: Float) {
    #expect(CounterRandom("conv1.weight", seed: 1).unit(index) == expected / 8_388_608)
  }

  @Test func below() {
    let random = CounterRandom("conv1.weight", seed: 1)
    #expect((0..<5).map { random.below(10, $0) } == [9, 5, 6, 8, 0])
    #expect((0..<100).allSatisfy { random.below(1, $0) == 0 })
  }

  /// Python's cosine and logarithm may differ from this C library's in the last one or two places.
  @Test(
    arguments: [
      (0, 0.9257062642973777, -1.747358406577494),
      (1, 0.7734841420945853, 0.7091009978764239),
      (500, -0.5722681868900867, -0.6404515749762291),
    ] as [(UInt64, Double, Double)])
  func normalPair(pair: UInt64, first: Double, second: Double) {
    let (a, b) = CounterRandom("conv1.weight", seed: 1).normalPair(pair)
    #expect(abs(a - first) <= 4 * first.magnitude.ulp)
    #expect(abs(b - second) <= 4 * second.magnitude.ulp)
  }

  /// The moments of m normal numbers, within five standard errors: √(1/m), √(2/m), √(6/m), √(24/m)
  /// for mean, variance, skewness and excess kurtosis.
  @Test func normalMoments() throws {
    let m = 100_001
    let tensor = try Tensor(
      normal: [m], deviation: 1, random: CounterRandom("moments", seed: 7))
    let x = tensor.values.map(Double.init)
    let mean = x.reduce(0, +) / Double(m)
    func moment(_ power: Int) -> Double {
      x.reduce(0) { sum, x in
        sum + (0..<power).reduce(1) { product, _ in product * (x - mean) }
      } / Double(m)
    }
    let error = 5 / Double(m).squareRoot()
    let variance = moment(2)
    #expect(abs(mean) <= error)
    #expect(abs(variance - 1) <= error * 2.0.squareRoot())
    #expect(abs(moment(3) / (variance * variance.squareRoot())) <= error * 6.0.squareRoot())
    #expect(abs(moment(4) / (variance * variance) - 3) <= error * 24.0.squareRoot())
  }

  /// Element i of a normal tensor is element i of the stream, for any size of the tensor.
  @Test func normalTensorIsTheStream() throws {
    let random = CounterRandom("stream", seed: 3)
    let long = try Tensor(normal: [9000], deviation: 0.01, random: random)
    let short = try Tensor(normal: [3, 3], deviation: 0.01, random: random)
    #expect(short.values == Array(long.values.prefix(9)))
    for i in [0, 1, 8191, 8192, 8999] {
      let (a, b) = random.normalPair(UInt64(i / 2))
      #expect(long.values[i] == Float(0.01 * (i % 2 == 0 ? a : b)))
    }
  }

  @Test func normalTensorStops() {
    let cancellation = Cancellation()
    cancellation.cancel()
    #expect(throws: Cancelled()) {
      try Tensor(
        normal: [10], deviation: 1, random: CounterRandom("x", seed: 1),
        cancellation: cancellation)
    }
  }

  @Test func uniformTensor() {
    let random = CounterRandom("u", seed: 5)
    let tensor = Tensor(uniform: [2, 3], scale: 0.25, offset: 8, random: random)
    #expect(tensor.shape == [2, 3])
    #expect(tensor.values == (0..<6).map { 8 + 0.25 * random.unit($0) })
  }
}
