import Goldens
import Layers
import ReferenceEngine

#if OneDNN
  import OneDNNEngine
#endif

/// The engines that this program was built with: the one place that names them.
public enum Engines {
  /// What each is good for, by its name, the reference last.
  public static let all: [(name: String, use: String)] = {
    var engines = [(name: "reference", use: "says how each operation is defined: the prompt, why")]
    #if OneDNN
      engines.insert(("onednn", "is fast: train, evaluate, predict and bench"), at: 0)
    #endif
    return engines
  }()

  /// The name of the fastest.
  public static var fastest: String { all[0].name }

  /// The engine by a name.
  ///
  /// - Parameter threads: how many threads it may use; nil takes every core.
  /// - Throws: `Failure` with the names there are.
  public static func named(_ name: String, threads: Int? = nil) throws -> any Engine {
    #if OneDNN
      if name == "onednn" { return OneDNNEngine(threads: threads) }
    #endif
    if name == "reference" { return ReferenceEngine() }
    let names = all.map(\.name).joined(separator: ", ")
    throw Failure(.usage, "there is no engine \(quoted(name))", hint: "engines: \(names)")
  }

  /// How many operations a second a large matrix product gets, where the engine has one.
  public static func matrixProductRate(of engine: any Engine) -> Double? {
    #if OneDNN
      if let engine = engine as? OneDNNEngine { return engine.matrixProductRate() }
    #endif
    return nil
  }

  /// How an engine rounds: what the bounds of golden cases are derived from.
  public static func arithmetic(of engine: any Engine) -> Arithmetic {
    engine.name == "reference" ? .doubleRoundedOnce : .float
  }
}
