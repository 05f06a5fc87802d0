/// Adds numbers of several ranks, in an order that doesn't depend on timing.
///
///     rank     0     1     2     3     4
///              └──┬──┘     └──┬──┘     │
///                 └─────┬─────┘        │
///                       └──────┬───────┘
///
/// Neighbours are added first, then neighbouring pairs, and so on: (g₀ + g₁) + (g₂ + g₃). If each rank's
/// numbers are such a sum of 2ᵏ terms already, the whole is the sum that more ranks would have made.
/// So how many ranks share the terms doesn't change a bit.
package final class Summation {
  private let ranks: any Collective
  private var received: [Float] = []

  /// The most numbers that are added in one go.
  private let piece: Int

  /// Sums over these ranks, in pieces of 16 MiB.
  package init(_ ranks: any Collective, piece: Int = 4 << 20) {
    (self.ranks, self.piece) = (ranks, piece)
  }

  /// Replaces each number by its sum over all ranks, times `scale`.
  ///
  /// Each rank adds one part of the numbers for all, and the parts are put together: every rank sends
  /// each number about twice, however many ranks there are.
  package func sum(_ values: UnsafeMutableBufferPointer<Float>, scale: Float = 1) {
    guard ranks.size > 1 else { return Self.multiply(values, by: scale) }
    var start = 0
    while start < values.count {
      let end = min(values.count, start + piece)
      sum(piece: UnsafeMutableBufferPointer(rebasing: values[start..<end]), scale)
      start = end
    }
  }

  private func sum(piece values: UnsafeMutableBufferPointer<Float>, _ scale: Float) {
    let (rank, size) = (ranks.rank, ranks.size)
    let starts = (0...size).map { $0 * values.count / size }
    let own = starts[rank]..<starts[rank + 1]
    if received.count < own.count * size {
      received = [Float](repeating: 0, count: own.count * size)
    }
    received.withUnsafeMutableBufferPointer { received in
      let received = UnsafeMutableBufferPointer(rebasing: received[..<(own.count * size)])
      ranks.exchange(values, starts: starts, into: received)
      func part(of rank: Int) -> UnsafeMutableBufferPointer<Float> {
        UnsafeMutableBufferPointer(
          rebasing: received[(rank * own.count)..<((rank + 1) * own.count)])
      }
      var distance = 1
      while distance < size {
        for lower in stride(from: 0, to: size - distance, by: 2 * distance) {
          Self.add(UnsafeBufferPointer(part(of: lower + distance)), to: part(of: lower))
        }
        distance *= 2
      }
      let sum = part(of: 0)
      Self.multiply(sum, by: scale)
      _ = UnsafeMutableBufferPointer(rebasing: values[own]).update(from: sum)
    }
    ranks.spread(values, starts: starts)
  }

  /// `sum[i] += term[i]`.
  package static func add(
    _ term: UnsafeBufferPointer<Float>, to sum: UnsafeMutableBufferPointer<Float>
  ) {
    for i in sum.indices { sum[i] += term[i] }
  }

  private static func multiply(_ values: UnsafeMutableBufferPointer<Float>, by scale: Float) {
    guard scale != 1 else { return }
    for i in values.indices { values[i] *= scale }
  }
}
