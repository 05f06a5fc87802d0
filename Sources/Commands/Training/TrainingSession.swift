import Cells
import Datasets
import Documents
import Foundation
import Layers
import Networks
import TensorFiles
import Training

extension Session {
  /// The engine that training and tests use: the fastest, unless one was chosen, and on how many
  /// threads.
  func fastEngine() throws -> (engine: any Engine, threads: Int) {
    let threads = settings.threads
    let (name, host) = (settings.isEngineChosen ? settings.engine : Engines.fastest, host)
    let engine =
      try settings.isEngineChosen
      ? Engines.named(name, threads: threads)
      : Engines.fast(threads: threads) { reason in
        host.note("\(reason.engine) cannot compute this network: \(reason.reason)")
      }
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
    let dataset = try Dataset.open(spec)
    for note in dataset.notes { host.note(note) }
    return dataset
  }

  /// Gives programs an object before the command has ended.
  mutating func stream(_ json: JSONValue) {
    host.stream(json)
    guard isMuted else { return }
    let block = Block.preformatted([Text(json.text)])
    host.show(Document([block]))
    shown.append(block)
  }
}
