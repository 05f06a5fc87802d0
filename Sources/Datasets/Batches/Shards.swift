/// How a batch is split into equal parts that follow each other, and which of them are made here.
///
/// Images, crops, mirrors and noise of a shard are those that the whole batch has in its places.
package struct Shards: Hashable, Sendable {
  /// The shards of a batch.
  package let count: Int
  /// Those that are made here.
  package let own: Range<Int>

  /// The whole batch in one part.
  package static let whole = Shards(count: 1, own: 0..<1)

  /// Some of the shards of a batch.
  package init(count: Int, own: Range<Int>) {
    precondition(
      own.lowerBound >= 0 && !own.isEmpty && own.upperBound <= count,
      "A batch of \(count) shards has no shards \(own).")
    (self.count, self.own) = (count, own)
  }
}
