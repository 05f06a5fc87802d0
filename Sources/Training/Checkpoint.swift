import Networks
import TensorFiles
import Tensors

/// A training run, or what it learned, in a safetensors file.
///
/// Tensors have PyTorch's names and layouts: `conv1.weight` O×I×H×W, `fc6.weight` out×in, `conv1.bias`,
/// `norm1.running_mean` and `norm1.running_var`. Locally connected layers, which PyTorch does not have,
/// keep `local3.weight` as H×W×O×I×K×K and `local3.bias` as H×W×O, H and W those of the output.
///
/// Besides these there are `optimizer/conv1.weight.velocity` and the like (not in files of the weights
/// alone) and `pictures/mean` and the like, what was measured of the training pictures. The metadata holds
/// `format`, `version`, `contents`, `digest` (SHA-256 of the file, its own digits taken as zeros),
/// `recipe`, `network` and `state`, the last three as JSON.
///
/// Nothing in it differs between two runs of the same recipe, data, engine and threads: no times, no
/// names of files.
public struct Checkpoint: Sendable {
  /// How much of a run a file holds.
  public enum Contents: String, CaseIterable, Hashable, Sendable {
    /// All that is needed to go on.
    case everything
    /// What is needed to classify and to look inside: no memory of the optimizer's.
    case weights
  }

  /// How much of the run there is.
  public var contents: Contents
  /// The run. Of the weights alone, `memory` is empty.
  public var state: TrainingState

  /// A checkpoint of a run.
  public init(_ state: TrainingState, contents: Contents = .everything) {
    (self.state, self.contents) = (state, contents)
    if contents == .weights { self.state.memory = [:] }
  }

  /// What the member `format` of every checkpoint says.
  static let formatName = "alexnet-checkpoint"
  /// The version that is written, and the newest that is read.
  static let version = 1
  static let memoryPrefix = "optimizer/"
  static let picturesPrefix = "pictures/"

  /// Whether the file says that it is a checkpoint: damaged ones do too.
  public static func isCheckpoint(_ file: SafeTensors) -> Bool {
    file.metadata["format"] == formatName
  }

  /// Whether every number in it is finite: others are not worth keeping.
  public var isFinite: Bool {
    [state.parameters, state.memory].allSatisfy { tensors in
      tensors.values.allSatisfy { tensor in tensor.values.allSatisfy(\.isFinite) }
    }
  }

  /// Writes the checkpoint, whole or not at all: whoever reads the file finds the one before or this
  /// one, also after a full disk or a power cut.
  ///
  /// - Throws: `FileError`, after which the file is as it was.
  public func write(to path: String) throws(FileError) {
    var writer = SafeTensorsWriter(metadata: [
      "format": Self.formatName, "version": "\(Self.version)", "contents": contents.rawValue,
      "recipe": state.recipe.json, "network": NetworkFile.text(of: state.network),
      "state": state.json.text,
    ])
    for (name, tensor) in state.parameters { writer.add(name, tensor) }
    for (name, tensor) in state.memory { writer.add(Self.memoryPrefix + name, tensor) }
    writer.add(state.pipeline)
    CheckpointSeal.seal(&writer)
    try writer.write(to: path)
  }
}
