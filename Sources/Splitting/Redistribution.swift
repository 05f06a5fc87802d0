import Parallel

/// How an activation travels from the ranks that computed it to those that need it, and its gradient back.
///
/// Forward, each rank sends what lies in another's `target` from its `source`. Backward, each sends the
/// gradient of what it was sent to where that came from, and there they are added in the order of the
/// ranks.
struct Redistribution: Sendable {
  /// What each rank has computed. Together they are the whole activation, each number once.
  let source: [ActivationPart]
  /// What each rank needs.
  let target: [ActivationPart]
  /// Whether all ranks go on to compute the same. Then each has the whole gradient, and nothing is sent back.
  var isRepeated = false

  /// What this rank needs of the activation.
  ///
  /// - Parameter values: what it has computed.
  func forward(_ values: [Float], among ranks: any Collective) -> [Float] {
    let (own, needed) = (source[ranks.rank], target[ranks.rank])
    let received = ranks.exchange(
      target.map { own.numbers(of: own.intersection($0), in: values) })
    var result = [Float](repeating: 0, count: needed.count)
    for (part, source) in zip(received, source) {
      needed.add(part, of: needed.intersection(source), to: &result)
    }
    return result
  }

  /// The gradient of what this rank has computed.
  ///
  /// - Parameter gradient: that of what it needed.
  func backward(_ gradient: [Float], among ranks: any Collective) -> [Float] {
    let (own, needed) = (source[ranks.rank], target[ranks.rank])
    guard !isRepeated else { return needed.numbers(of: own, in: gradient) }
    let received = ranks.exchange(
      source.map { needed.numbers(of: needed.intersection($0), in: gradient) })
    var sum = [Float](repeating: 0, count: own.count)
    for (part, target) in zip(received, target) {
      own.add(part, of: own.intersection(target), to: &sum)
    }
    return sum
  }
}
