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
  package let data: String?

  /// Reads a network by a checkpoint's path, the folder of a run, or the name of a network that comes
  /// with the program.
  ///
  /// - Throws: `CheckpointError`, `Failure` if that network does not come with the program, `Cancelled`.
  init(named name: String, cancellation: Cancellation) throws {
    file = try Self.file(name)
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

  /// The checkpoint's path for a name that `init(named:cancellation:)` takes. A file or folder of that
  /// name comes before a network that comes with the program.
  ///
  /// - Throws: `Failure` if the name is `trained`, and no network or more than one could be meant.
  package static func file(_ name: String) throws -> String {
    guard !exists(name) else { return RunFolder.file(name) }
    if name == word {
      guard let standard = shipped.standard.flatMap(shipped.path) else { throw missing(nil) }
      return standard
    }
    return shipped.path(of: name) ?? RunFolder.file(name)
  }

  /// The word for a network that comes with the program; a name may follow.
  package static let word = "trained"

  /// The networks that come with the program.
  package static var shipped: ShippedNetworks {
    ShippedNetworks(folder: Resources.path("Trained") ?? "Trained")
  }

  /// `trained`, and the names of the networks that come with the program.
  package static var names: [String] { [word] + shipped.names }

  /// Proposals for the words of a command that takes a network, or `trained` and a name.
  static func completions(for words: [String]) -> [String] {
    words.count > 2 ? (words[1] == word ? shipped.names : []) : names
  }

  /// The network that two words name: `trained NAME`, or one without a second.
  ///
  /// - Throws: `Failure` if the second doesn't belong to the first, or nothing has that name.
  static func joining(_ first: String, _ second: String?) throws -> String {
    guard let second else { return first }
    guard first == word else {
      throw Failure(
        .usage, "one network is enough, not \(quoted(first)) and \(quoted(second))",
        hint: "trained NAME is one that comes with the program")
    }
    guard let path = shipped.path(of: second) else { throw missing(second) }
    // A file or folder of that name means something else.
    return exists(second) ? path : second
  }

  /// Whether there is a file or a folder of this name.
  static func exists(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: HomeFolder.expanding(name))
  }

  /// Words in which `trained NAME` became one.
  package static func joining(_ words: [String]) throws -> [String] {
    guard let place = words.firstIndex(of: word), place + 1 < words.count,
      shipped.names.contains(words[place + 1])
    else { return words }
    return words[..<place] + [try joining(word, words[place + 1])] + words[(place + 2)...]
  }

  /// The failure for a network that doesn't come with the program, or for `trained` if it is unclear
  /// which one it means.
  static func missing(_ name: String?) -> Failure {
    let names = shipped.names
    guard !names.isEmpty else {
      return Failure(
        .file, "no trained network comes with this program: there is none in \(shipped.folder)",
        hint: "set ALEXNET_HOME to a folder with Trained and Golden, such as the checkout")
    }
    let list = names.joined(separator: ", ")
    guard let name else {
      return Failure(
        .name, "more than one trained network comes with the program: \(list)",
        hint: "load trained \(names[0]); load trained --list describes them")
    }
    let isRecipe = Recipes.all.contains { $0.name == name }
    return Failure(
      .name, "no trained network \(quoted(name)) comes with this program",
      hint: "there is \(list)" + (isRecipe ? "; train --recipe \(name) trains one" : ""))
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
