import Basics
import Layers
import Tensors

/// The masks of one dropout layer, which depend only on the seed, the step and the layer's name.
///
///     mask[i] = 1 where the i-th group of 16 random bits ≥ ⌊rate · 65536 + ½⌋, else 0
///
/// Group i is group i mod 4 of word ⌊i / 4⌋ of the stream `dropout LAYER`, counted from step · 2³².
/// So the rate is exact to 2⁻¹⁷, and one draw of the stream is enough for four elements.
package struct DropoutMasks: Sendable {
  private let random: CounterRandom
  private let threshold: UInt64

  /// The masks of the layer with this name, which drops each element with probability `rate`.
  package init(layer: String, rate: Double, seed: UInt64) {
    random = CounterRandom("dropout \(layer)", seed: seed)
    threshold = UInt64(rounding: rate * 65_536)
  }

  /// Writes the mask of a step, counted from 0 over all epochs.
  ///
  /// - Parameter start: the element of the whole batch's mask that this one begins with: not 0 for a
  ///   shard of a batch.
  package func fill(_ mask: inout Tensor, step: Int, from start: Int = 0) {
    let first = UInt64(step) << 32
    let (random, threshold) = (random, threshold)
    mask.withUnsafeMutableBufferPointer { whole in
      // Up to the next word of the stream one by one, then four at a time.
      let odd = min(whole.count, (4 - start % 4) % 4)
      for i in 0..<odd {
        let bits = random.bits(first &+ UInt64(start / 4)) >> UInt64(16 * ((start + i) % 4))
        whole[i] = bits & 0xFFFF >= threshold ? 1 : 0
      }
      let mask = UnsafeMutableBufferPointer(rebasing: whole[odd...])
      let first = first &+ UInt64((start + odd) / 4)
      let words = mask.count / 4
      for word in 0..<words {
        let bits = random.bits(first &+ UInt64(truncatingIfNeeded: word))
        let i = 4 &* word
        mask[i] = bits & 0xFFFF >= threshold ? 1 : 0
        mask[i &+ 1] = (bits >> 16) & 0xFFFF >= threshold ? 1 : 0
        mask[i &+ 2] = (bits >> 32) & 0xFFFF >= threshold ? 1 : 0
        mask[i &+ 3] = bits >> 48 >= threshold ? 1 : 0
      }
      guard 4 * words < mask.count else { return }
      var bits = random.bits(first &+ UInt64(words))
      for i in (4 * words)..<mask.count {
        mask[i] = bits & 0xFFFF >= threshold ? 1 : 0
        bits >>= 16
      }
    }
  }
}
