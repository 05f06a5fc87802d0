import Cells
import Datasets
import Documents
import Foundation
import Layers
import Networks
import Parallel
import TensorFiles
import Tensors
import Training

extension Session {
  /// The engine for training and tests, and its number of threads: the fastest engine, unless one was
  /// chosen.
  package func fastEngine() throws -> (engine: any Engine, threads: Int) {
    let threads = settings.threads ?? Ranks.threads
    let (name, host) = (settings.isEngineChosen ? settings.engine : Engines.fastest, host)
    let engine =
      try settings.isEngineChosen
      ? Engines.named(name, threads: threads, precision: settings.precision)
      : Engines.fast(threads: threads, precision: settings.precision) { reason in
        host.note("\(reason.engine) can't run this network: \(reason.reason)")
      }
    let cores = ProcessInfo.processInfo.activeProcessorCount
    return (engine, name == "reference" ? 1 : threads ?? cores)
  }

  /// Whether the network differs from the one that every session starts with.
  var hasChosenNetwork: Bool { network != Zoo.networks[0] }

  /// Sends a JSON object to programs before the command has ended.
  mutating func stream(_ json: JSONValue) {
    host.stream(json)
    guard isMuted else { return }
    let block = Block.preformatted([Text(json.text)])
    host.stream(Document([block]))
    shown.append(block)
  }
}

extension WeightSource {
  /// The name of the weights that the session has loaded.
  static let loaded = "loaded"

  /// The weights of the network in use that came from a file or from training.
  ///
  /// - Throws: `Failure` if there are none.
  init(loadedIn session: Session) throws {
    var (weights, parameters) = (session.weights, [String: Tensor]())
    let geometry = try session.geometry()
    let drawn = weights.untrained(geometry).map(\.index)
    for layer in geometry where !layer.parameters.isEmpty && !drawn.contains(layer.index) {
      let tensors = try weights.parameters(
        of: layer, initialization: session.network.layers[layer.index].initialization,
        cancellation: session.host.cancellation)
      for (parameter, tensor) in zip(layer.parameters, tensors) {
        parameters[layer.name(of: parameter)] = tensor
      }
    }
    guard !parameters.isEmpty else {
      throw Failure(
        .order, "no weights are loaded", hint: "load trained first, or train --from trained")
    }
    self.init(
      parameters, of: session.network, trainedBy: session.trainedBy, name: Self.loaded)
  }
}
