import Tensors

/// Engines in a list: each chain of layers goes to the first that can compute all of it.
public struct FallbackEngine: Engine {
  /// The engines, the one that is preferred first.
  public let engines: [any Engine]
  /// Told of each engine that could not compute a chain, before the next is tried.
  public var onDecline: @Sendable (Unsupported) -> Void

  /// A list of engines, none of them missing.
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

  /// Makes a chain ready on the first engine that can compute it.
  ///
  /// - Throws: `Misfit` where a layer cannot take what arrives, `Unsupported` by the last engine where
  ///   none can compute one.
  public func prepare(
    _ layers: [Layer], input: Shape, mode: Mode, keeping: Keeping
  ) throws -> any Plan {
    try choose(layers, input: input, mode: mode, keeping: keeping).plan
  }

  /// Makes a chain ready, and says which engine took it and why those before it did not.
  ///
  /// - Throws: as `prepare`.
  public func choose(
    _ layers: [Layer], input: Shape, mode: Mode, keeping: Keeping
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
