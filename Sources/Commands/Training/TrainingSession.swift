import Cells
import Datasets
import Documents
import Foundation
import Layers
import Networks
import TensorFiles
import Training

extension Session {
  /// The engine for training and tests, and its number of threads: the fastest engine, unless one was
  /// chosen.
  func fastEngine() throws -> (engine: any Engine, threads: Int) {
    let threads = settings.threads
    let (name, host) = (settings.isEngineChosen ? settings.engine : Engines.fastest, host)
    let engine =
      try settings.isEngineChosen
      ? Engines.named(name, threads: threads)
      : Engines.fast(threads: threads) { reason in
        host.note("\(reason.engine) can't run this network: \(reason.reason)")
      }
    let cores = ProcessInfo.processInfo.activeProcessorCount
    return (engine, name == "reference" ? 1 : settings.threads ?? cores)
  }

  /// Whether the network differs from the one that every session starts with.
  var hasChosenNetwork: Bool { network != Zoo.networks[0] }

  /// Opens the data set of this name or path, and passes its notes to the host.
  ///
  /// - Throws: `ImageError` if there is none.
  func dataset(_ spec: String) throws -> Dataset {
    host.report(progress: "reading \(spec)")
    let dataset = try Dataset.open(spec)
    for note in dataset.notes { host.note(note) }
    return dataset
  }

  /// Sends a JSON object to programs before the command has ended.
  mutating func stream(_ json: JSONValue) {
    host.stream(json)
    guard isMuted else { return }
    let block = Block.preformatted([Text(json.text)])
    host.stream(Document([block]))
    shown.append(block)
  }
}
