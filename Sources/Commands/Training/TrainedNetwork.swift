import Basics
import Cells
import Datasets
import Foundation
import Layers
import Networks
import TensorFiles
import Tensors
import Training

/// A network with what it has learned, from a checkpoint.
struct TrainedNetwork {
  /// The file.
  let file: String
  /// What it holds.
  let state: TrainingState
  /// What `--data` would say for the data that it was trained with.
  ///
  /// Nil where that is not known: the file lies apart from its run, and the data's name says too little.
  let data: String?

  /// The network that a person means by a path, the folder of a run, or the name of one that comes with
  /// the program.
  ///
  /// - Throws: `CheckpointError`, `Cancelled`.
  init(named name: String, cancellation: Cancellation) throws {
    file = Self.file(name)
    state = try Checkpoint(path: file, cancellation: cancellation).state
    let folder = RunFolder.isRun(name) ? name : (file as NSString).deletingLastPathComponent
    let said = RunFolder.data(of: folder.isEmpty ? "." : folder)
    data = Self.data(said: said, trainedOn: state.datasetName)
  }

  /// What `--data` would say for the data of a training.
  ///
  /// - Parameters:
  ///   - said: what it said when the run began; nothing where that is lost.
  ///   - name: what people call the data: only of data that comes with the program, or that is fetched
  ///     by it, does that say where it is.
  static func data(said: String, trainedOn name: String) -> String? {
    if !said.isEmpty { return said }
    if Dataset.drawn.contains(name) { return name }
    return name == "CIFAR-10" ? "cifar10" : nil
  }

  /// The network that was loaded from a checkpoint, as the session has it.
  ///
  /// - Parameter example: what to type instead.
  /// - Throws: `Failure` where the network isn't trained, or was changed since.
  init(loadedIn session: Session, for example: String) throws {
    guard let state = session.trainedAsItStands else {
      let isChanged = session.network != session.original && !session.history.isEmpty
      throw Failure(
        .order,
        isChanged
          ? "\(session.network.name) was changed since it was trained"
          : session.weights.isTrained(try session.geometry())
            ? "the weights of \(session.network.name) came without a checkpoint's classes and images"
            : "\(session.network.name) isn't trained",
        hint: isChanged ? "undo goes back" : "load trained first, or \(example)")
    }
    (file, self.state) = ("", state)
    data = state.datasetName == "shapes" ? "shapes" : "cifar10"
  }

  /// Whether a word stands for a network and not for an image: a checkpoint, a folder, or one that comes
  /// with the program.
  static func isNamed(_ word: String) -> Bool {
    let path = HomeFolder.expanding(word)
    var isFolder: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    return names.contains(word) || word.hasSuffix(".safetensors") || exists && isFolder.boolValue
  }

  /// The file that a name stands for.
  static func file(_ name: String) -> String {
    let path = HomeFolder.expanding(name)
    if !FileManager.default.fileExists(atPath: path), let shipped = shipped(name) {
      return shipped
    }
    return RunFolder.file(name)
  }

  /// The networks that come with the program, the first of which is `trained`.
  static let shippedNames = ["cuda-convnet-18"]

  /// What people may call them.
  static let names = ["trained"] + shippedNames

  private static func shipped(_ name: String) -> String? {
    let name = name == "trained" ? shippedNames[0] : name
    guard shippedNames.contains(name) else { return nil }
    return Resources.path("Trained/\(name).safetensors")
  }

  /// The output for each class of an image, averaged over the views: a probability, or a logit where
  /// the network doesn't end in a softmax.
  ///
  /// - Parameter plan: of the network at a batch of 1, with its parameters.
  func outputs(
    of image: Image, views: PictureViews, plan: any Plan, cancellation: Cancellation
  ) throws -> [Double] {
    let looks = views.count(in: state.pipeline)
    var sums: [Double] = []
    for view in 0..<looks {
      plan.setInput(state.pipeline(image, view: view))
      try plan.forward(cancellation: cancellation)
      guard let output = plan.output(of: plan.layers.count - 1) else {
        preconditionFailure("A plan keeps its last output.")
      }
      let values = output.values.map(Double.init)
      sums = sums.isEmpty ? values : zip(sums, values).map(+)
    }
    return sums.map { $0 / Double(looks) }
  }

  /// The network made ready for one picture at a time.
  func plan(_ engine: any Engine) throws -> any Plan {
    let geometry = try state.network.geometry()
    try Memory.require(
      try state.network.inferenceMemory(batch: 1), for: "running \(state.network.name)",
      hint: "a smaller network takes less")
    let plan = try engine.prepare(
      state.network.layers.map(\.layer), input: state.network.input.shape(), mode: .inference,
      keeping: .outputsOnly)
    for layer in geometry where !layer.parameters.isEmpty {
      plan.setParameters(state.tensors(of: layer), of: layer.index)
    }
    return plan
  }
}
