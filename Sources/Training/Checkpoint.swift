import TensorFiles
import Tensors

/// A training run, or only its weights, in a safetensors file.
///
/// Tensors have PyTorch's names and layouts: `conv1.weight` O×I×H×W, `fc6.weight` out×in,
/// `conv1.bias`, `norm1.running_mean` and `norm1.running_var`. Locally connected layers, which
/// PyTorch doesn't have, store `local3.weight` as H×W×O×I×K×K and `local3.bias` as H×W×O, H and W
/// those of the output.
///
/// Other tensors are the optimizer's memory, such as `optimizer/conv1.weight.velocity` (not in
/// files of weights alone), and statistics of the training images, such as `pictures/mean`. The
/// metadata holds `format`, `version`, `contents`, `digest` (SHA-256 of the file, its own digits
/// taken as zeros), `recipe`, `network` and `state`, the last three as JSON.
///
/// The parameters may be stored in half precision, to make a file of weights half as large.
///
/// Two runs of the same recipe, data, engine and threads give the same file: it holds no times and
/// no file names.
package struct Checkpoint: Sendable {
  /// How much of a run a file holds.
  package enum Contents: String, CaseIterable, Hashable, Sendable {
    /// Everything needed to resume.
    case everything
    /// What is needed to classify and to inspect the network: no optimizer memory.
    case weights
  }

  /// How much of the run it holds.
  package var contents: Contents
  /// The run. If only weights are stored, `memory` is empty.
  package var state: TrainingState

  /// A checkpoint of a run.
  package init(_ state: TrainingState, contents: Contents = .everything) {
    (self.state, self.contents) = (state, contents)
    if contents == .weights { self.state.memory = [:] }
  }

  /// The value of `format` in every checkpoint.
  static let formatName = "alexnet-checkpoint"
  /// The version that is written, and the newest that is read.
  static let version = 1
  static let memoryPrefix = "optimizer/"
  static let picturesPrefix = "pictures/"

  /// Whether the file says that it is a checkpoint, even if damaged.
  package static func isCheckpoint(_ file: SafeTensors) -> Bool {
    file.metadata["format"] == formatName
  }

  /// Whether every number in it is finite; otherwise it isn't worth keeping.
  package var isFinite: Bool {
    [state.parameters, state.memory].allSatisfy { $0.values.allSatisfy(\.isFinite) }
  }

  /// Writes the checkpoint, whole or not at all: a reader finds the old file or the new one, even
  /// after a full disk or a power cut.
  ///
  /// - Parameter asHalf: whether the parameters are rounded to half precision. They must then be below
  ///   65,520 in magnitude: see `Tensor.tooLargeForHalf`.
  /// - Throws: `FileError`, after which the file is as it was.
  package func write(to path: String, asHalf: Bool = false) throws(FileError) {
    try CheckpointWriter(state).write(contents, to: path, asHalf: asHalf)
  }
}
