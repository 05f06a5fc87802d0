import Datasets
import Foundation
import Layers
import Networks
import Training

extension Session {
  /// The engine that training and tests use: the fastest, unless one was chosen, and on how many
  /// threads.
  func fastEngine() throws -> (engine: any Engine, threads: Int) {
    let name = settings.isEngineChosen ? settings.engine : Engines.fastest
    let engine = try Engines.named(name, threads: settings.threads)
    let cores = ProcessInfo.processInfo.activeProcessorCount
    return (engine, name == "reference" ? 1 : settings.threads ?? cores)
  }

  /// Whether the network is another than the one that every session begins with.
  var hasChosenNetwork: Bool { network != Zoo.networks[0] }

  /// The data set that a name stands for.
  ///
  /// - Throws: `ImageError` where there is none.
  func dataset(_ spec: String) throws -> Dataset {
    host.report(progress: "reading \(spec)")
    return try Dataset.open(spec)
  }

  /// Gives programs an object before the command has ended.
  mutating func stream(_ json: JSONValue) {
    host.stream(json)
    guard isMuted else { return }
    let block = Block.preformatted([Text(json.text)])
    host.show(Output([block]))
    shown.append(block)
  }
}
