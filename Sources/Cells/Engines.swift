import Basics
import Goldens
import Layers
import PlantedEngine
import ReferenceEngine

#if OneDNN
  import OneDNNEngine
#endif

/// The engines that this program was built with: the one place that names them.
package enum Engines {
  /// Each engine's name and use, the fastest first and the reference last.
  package static let all: [(name: String, use: String)] = {
    var engines = [
      (name: "reference", use: "defines each operation: the prompt, why")
    ]
    #if OneDNN
      engines.insert(("onednn", "fast: train, evaluate, predict and bench"), at: 0)
    #endif
    return engines
  }()

  /// The names of the engines with one wrong kernel each, for lesson 16: available by name, never
  /// suggested.
  package static let planted = PlantedEngine.all.map(\.name)

  /// The name of the fastest engine.
  package static var fastest: String { all[0].name }

  /// The fastest engine that can run each network; used for long-running work.
  ///
  /// - Parameters:
  ///   - threads: how many threads it may use; nil takes every core.
  ///   - precision: how exact the operands of its products are.
  ///   - onDecline: called for each engine that can't run a network.
  package static func fast(
    threads: Int? = nil, precision: Precision = .float,
    onDecline: @escaping @Sendable (Unsupported) -> Void = { _ in }
  ) throws -> any Engine {
    let engines = try all.map { try named($0.name, threads: threads, precision: precision) }
    return engines.count == 1 ? engines[0] : FallbackEngine(engines, onDecline: onDecline)
  }

  /// The engine with this name.
  ///
  /// - Parameters:
  ///   - threads: how many threads it may use; nil takes every core.
  ///   - precision: how exact the operands of its products are.
  /// - Throws: `Failure` with all names if there is none with this name.
  package static func named(
    _ name: String, threads: Int? = nil, precision: Precision = .float
  ) throws -> any Engine {
    #if OneDNN
      if name == "onednn" { return OneDNNEngine(threads: threads, precision: precision) }
    #else
      if name == "onednn" {
        throw Failure(
          .usage, "this program was built without oneDNN: there is no engine 'onednn'",
          hint: "use the reference engine, or build with the package trait OneDNN")
      }
    #endif
    if name == "reference" { return ReferenceEngine(precision: precision) }
    if let planted = PlantedEngine(named: name) {
      guard precision == .float else {
        throw Failure(.usage, "\(name) computes in Float only", hint: "leave out --precision")
      }
      return planted
    }
    let names = all.map(\.name).joined(separator: ", ")
    throw Failure(.usage, "there is no engine \(quoted(name))", hint: "engines: \(names)")
  }

  /// How an engine rounds, from which the bounds of golden cases are derived.
  package static func arithmetic(of engine: any Engine) -> Arithmetic {
    inFloat(engine).with(engine.precision)
  }

  private static func inFloat(_ engine: any Engine) -> Arithmetic {
    #if OneDNN
      if let list = engine as? FallbackEngine { return inFloat(list.engines[0]) }
      if let engine = engine as? OneDNNEngine {
        guard let least = engine.convolutions.leastChannels else { return .float }
        return .floatWithWinograd(from: least)
      }
    #endif
    // The planted engines round as the reference does.
    return engine is ReferenceEngine || engine is PlantedEngine ? .doubleRoundedOnce : .float
  }
}
