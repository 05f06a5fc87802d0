import Tensors

/// A list of engines: each chain of layers goes to the first that can compute all of it.
public struct FallbackEngine: RatedEngine {
  /// The engines, the preferred one first.
  public let engines: [any Engine]
  /// Called for each engine that can't compute a chain, before the next is tried.
  public var onDecline: @Sendable (Unsupported) -> Void

  /// A list of at least one engine.
  public init(
    _ engines: [any Engine], onDecline: @escaping @Sendable (Unsupported) -> Void = { _ in }
  ) {
    precondition(!engines.isEmpty, "A list of engines holds at least one.")
    self.engines = engines
    self.onDecline = onDecline
  }

  /// The first engine's name.
  public var name: String { engines[0].name }

  /// The first engine's title.
  public var title: String { engines[0].title }

  /// The first engine's precision.
  public var precision: Precision { engines[0].precision }

  /// Prepares a chain with the first engine that can compute it.
  ///
  /// - Throws: `ShapeError` if a layer can't take its input, `Unsupported` by the last engine if no
  ///   engine can compute the chain.
  public func prepare(
    _ layers: [Layer], input: Shape, mode: Mode, keeping: Retention
  ) throws -> any Plan {
    try choose(layers, input: input, mode: mode, keeping: keeping).plan
  }

  /// The preferred engine's rates.
  public func matrixProductRate() -> Double? {
    (engines[0] as? any RatedEngine)?.matrixProductRate()
  }

  /// The preferred engine's rates.
  public func readRate() -> Double? { (engines[0] as? any RatedEngine)?.readRate() }

  /// Prepares a chain, and says which engine computes it and why those before it don't.
  ///
  /// - Throws: as for `prepare`.
  public func choose(
    _ layers: [Layer], input: Shape, mode: Mode, keeping: Retention
  ) throws -> (plan: any Plan, engine: any Engine, declined: [Unsupported]) {
    var declined: [Unsupported] = []
    for engine in engines.dropLast() {
      do {
        let plan = try engine.prepare(layers, input: input, mode: mode, keeping: keeping)
        return (plan, engine, declined)
      } catch let reason as Unsupported {
        declined.append(reason)
        onDecline(reason)
      }
    }
    let last = engines[engines.count - 1]
    let plan = try last.prepare(layers, input: input, mode: mode, keeping: keeping)
    return (plan, last, declined)
  }
}
