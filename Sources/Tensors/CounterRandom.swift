import Basics
import RealModule

/// Random numbers by counting: element `i` of the stream `(name, seed)` depends only on these
/// three, so any tensor, or any one element of it, can be computed again at any time and in any
/// order.
///
///     key     = FNV-1a(name) ⊕ seed · 0xD1342543DE82EF95
///     bits[i] = mix(key + (i + 1) · 0x9E3779B97F4A7C15)         mix: SplitMix64's finalizer
///
/// All arithmetic is on 64-bit words modulo 2⁶⁴. `Golden/README.md` states the same formula for other
/// languages. Source of the constants: Steele, Lea, Flood, "Fast splittable pseudorandom number
/// generators", OOPSLA 2014; FNV-1a by Fowler, Noll and Vo.
public struct CounterRandom: Hashable, Sendable {
  /// The stream's key, from its name and the seed.
  public let key: UInt64

  /// The stream of this name under this seed.
  public init(_ name: String, seed: UInt64) {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in name.utf8 {
      hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
    }
    key = hash ^ (seed &* 0xD134_2543_DE82_EF95)
  }

  /// Element `i` as 64 random bits.
  @inline(__always)
  public func bits(_ i: UInt64) -> UInt64 {
    var z = key &+ (i &+ 1) &* 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Element `i` as a number in −1 ..< 1, a multiple of 2⁻²³: exact as a Float.
  @inline(__always)
  public func unit(_ i: UInt64) -> Float {
    Float(Int32(bits(i) >> 40) - 8_388_608) * 0x1p-23
  }

  /// Element `i` as a whole number below `bound`.
  public func below(_ bound: Int, _ i: UInt64) -> Int {
    precondition(bound > 0, "A random number below \(bound) does not exist.")
    return Int(bits(i) % UInt64(bound))
  }

  /// Shuffles an array (Fisher and Yates): place `i` draws element `first + i`, from the last place on.
  package func shuffle<T>(_ array: inout [T], from first: UInt64 = 0) {
    for place in array.indices.dropFirst().reversed() {
      array.swapAt(place, below(place + 1, first &+ UInt64(place)))
    }
  }

  /// The pair of elements `2·pair` and `2·pair + 1` of a standard normal stream (Box and Muller, 1958).
  @inline(__always)
  public func normalPair(_ pair: UInt64) -> (Double, Double) {
    // 53 bits each; the first is moved off zero, whose logarithm is infinite.
    let u = (Double(bits(2 &* pair) >> 11) + 0.5) * 0x1p-53
    let v = Double(bits(2 &* pair &+ 1) >> 11) * 0x1p-53
    let radius = (-2 * Double.log(u)).squareRoot()
    let angle = 2 * Double.pi * v
    return (radius * Double.cos(angle), radius * Double.sin(angle))
  }
}

extension Tensor {
  /// A tensor of normal random numbers from the stream `(name, seed)`.
  ///
  /// - Parameters:
  ///   - shape: the size along each axis.
  ///   - deviation: the standard deviation; the mean is 0.
  ///   - random: the stream; element i of the tensor is element i of its normal numbers.
  ///   - cancellation: polled every few thousand elements.
  public init(
    normal shape: Shape, deviation: Double, random: CounterRandom,
    cancellation: Cancellation = .never
  ) throws(Cancelled) {
    var values = [Float](repeating: 0, count: shape.count)
    for start in stride(from: 0, to: values.count, by: 8192) {
      try cancellation.check()
      for i in stride(from: start, to: min(start + 8192, values.count), by: 2) {
        let (a, b) = random.normalPair(UInt64(i / 2))
        values[i] = Float(deviation * a)
        if i + 1 < values.count { values[i + 1] = Float(deviation * b) }
      }
    }
    self.init(shape: shape, values: values)
  }

  /// A tensor of `offset + scale · unit(i)`, product and sum each rounded to Float: the formula for
  /// golden networks.
  public init(uniform shape: Shape, scale: Float, offset: Float = 0, random: CounterRandom) {
    self.init(
      shape: shape,
      values: (0..<shape.count).map { offset + scale * random.unit(UInt64($0)) })
  }
}
