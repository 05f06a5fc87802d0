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
    Self.move(values, from: source, to: target, among: ranks)
  }

  /// The gradient of what this rank has computed.
  ///
  /// - Parameter gradient: that of what it needed.
  func backward(_ gradient: [Float], among ranks: any Collective) -> [Float] {
    let (own, needed) = (source[ranks.rank], target[ranks.rank])
    guard !isRepeated else { return needed.numbers(of: own, in: gradient) }
    return Self.move(gradient, from: target, to: source, among: ranks)
  }

  /// Sends what lies in another's part, and adds up what arrives in the order of the ranks.
  ///
  /// - Parameters:
  ///   - values: the numbers of this rank's part in `parts`.
  ///   - wanted: the part that each rank gets.
  private static func move(
    _ values: [Float], from parts: [ActivationPart], to wanted: [ActivationPart],
    among ranks: any Collective
  ) -> [Float] {
    let (own, result) = (parts[ranks.rank], wanted[ranks.rank])
    let received = ranks.exchange(wanted.map { own.numbers(of: own.intersection($0), in: values) })
    var sum = [Float](repeating: 0, count: result.count)
    for (numbers, part) in zip(received, parts) {
      result.add(numbers, of: result.intersection(part), to: &sum)
    }
    return sum
  }
}
