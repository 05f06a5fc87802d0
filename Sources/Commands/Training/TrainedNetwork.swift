import Basics
import Cells
import Datasets
import Foundation
import Layers
import Networks
import TensorFiles
import Tensors
import Training

/// A trained network and where it came from.
package struct TrainedNetwork {
  /// The checkpoint's path; empty for the network that was loaded in the session.
  let file: String
  /// The checkpoint's content.
  package let state: TrainingState
  /// The value of `--data` that names the data it was trained on.
  ///
  /// Nil if unknown: the file isn't in its run's folder, and the data's name isn't a built-in one.
  let data: String?

  /// Reads a network by a checkpoint's path, the folder of a run, or the name of a network that comes
  /// with the program.
  ///
  /// - Throws: `CheckpointError`, `Cancelled`.
  init(named name: String, cancellation: Cancellation) throws {
    file = Self.file(name)
    state = try Checkpoint(path: file, cancellation: cancellation).state
    let folder = RunFolder.isRun(name) ? name : (file as NSString).deletingLastPathComponent
    let said = RunFolder.data(of: folder.isEmpty ? "." : folder)
    data = Self.data(said: said, trainedOn: state.datasetName)
  }

  /// The value of `--data` that names a run's data.
  ///
  /// - Parameters:
  ///   - said: its value when the run started; empty if that record is lost.
  ///   - name: the data set's name, which is enough for data that the program draws or downloads.
  static func data(said: String, trainedOn name: String) -> String? {
    if !said.isEmpty { return said }
    if Dataset.drawn.contains(name) { return name }
    return name == "CIFAR-10" ? "cifar10" : nil
  }

  /// Takes the network that the session loaded from a checkpoint.
  ///
  /// - Parameter example: a command that works without a loaded network, for the error's hint.
  /// - Throws: `Failure` if the network isn't trained, or was changed since.
  package init(loadedIn session: Session, for example: String) throws {
    guard let state = session.trainedAsItStands else {
      let isChanged = session.network != session.original && !session.history.isEmpty
      throw Failure(
        .order,
        isChanged
          ? "\(session.network.name) was changed since it was trained"
          : session.weights.isTrained(try session.geometry())
            ? "the weights of \(session.network.name) came from a file without its classes and images"
            : "\(session.network.name) isn't trained",
        hint: isChanged ? "undo goes back" : "load trained first, or \(example)")
    }
    (file, self.state) = ("", state)
    data = state.datasetName == "shapes" ? "shapes" : "cifar10"
  }

  /// Whether a word names a network, not an image: a checkpoint, a folder, or a network that comes
  /// with the program.
  static func isNamed(_ word: String) -> Bool {
    let path = HomeFolder.expanding(word)
    var isFolder: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    return names.contains(word) || word.hasSuffix(".safetensors") || exists && isFolder.boolValue
  }

  /// The checkpoint's path for a name that `init(named:cancellation:)` takes.
  package static func file(_ name: String) -> String {
    let path = HomeFolder.expanding(name)
    if !FileManager.default.fileExists(atPath: path), let shipped = shipped(name) {
      return shipped
    }
    return RunFolder.file(name)
  }

  /// The networks that come with the program; `trained` means the first.
  static let shippedNames = ["cuda-convnet-18"]

  /// All names of the networks that come with the program.
  package static let names = ["trained"] + shippedNames

  private static func shipped(_ name: String) -> String? {
    let name = name == "trained" ? shippedNames[0] : name
    guard shippedNames.contains(name) else { return nil }
    return Resources.path("Trained/\(name).safetensors")
  }

  /// The output for each class of an image, averaged over the crops: a probability, or a logit if
  /// the network doesn't end in a softmax.
  ///
  /// - Parameter plan: the network's plan for a batch of 1, with its parameters set.
  func outputs(
    of image: Image, crops: TestCrops, plan: any Plan, cancellation: Cancellation
  ) throws -> [Double] {
    let count = crops.count(in: state.pipeline)
    var sums: [Double] = []
    for view in 0..<count {
      plan.setInput(state.pipeline(image, view: view))
      try plan.forward(cancellation: cancellation)
      guard let output = plan.output(of: plan.layers.count - 1) else {
        preconditionFailure("A plan keeps its last output.")
      }
      let values = output.values.map(Double.init)
      sums = sums.isEmpty ? values : zip(sums, values).map(+)
    }
    return sums.map { $0 / Double(count) }
  }

  /// Prepares the network for one image at a time.
  func plan(_ engine: any Engine) throws -> any Plan {
    let geometry = try state.network.geometry()
    try Memory.require(
      try state.network.inferenceMemory(batch: 1), for: "running \(state.network.name)",
      hint: "a smaller network needs less")
    let plan = try engine.prepare(
      state.network.layers.map(\.layer), input: state.network.input.shape(), mode: .inference,
      keeping: .outputsOnly)
    for layer in geometry where !layer.parameters.isEmpty {
      plan.setParameters(state.tensors(of: layer), of: layer.index)
    }
    return plan
  }
}
