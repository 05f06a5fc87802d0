import Basics
import Datasets
import Digests
import Networks
import TensorFiles
import Tensors
import WeightFiles

/// Trained weights to start from: a checkpoint, or a file in any format that `load` reads.
package struct WeightSource: Sendable {
  private enum Content: Sendable {
    case checkpoint(TrainingState)
    /// A file, with the network that it fits, if it fits one.
    case file(WeightFile, WeightFit?, fitsChosen: Bool)
    /// Parameters in memory, by our names.
    case parameters([String: Tensor], of: Network, trainedBy: Recipe?)
  }

  /// What the recipe records.
  package let start: StartingWeights
  /// The name that the user gave it.
  package let name: String
  private let content: Content

  /// Opens a file.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - name: its name in messages and in the record.
  ///   - preferred: the network that the user chose, which a file is matched with first.
  ///   - cancellation: polled while reading.
  /// - Throws: `CheckpointError`, `WeightFileError` or another error in one line with the file's name;
  ///   `Cancelled`.
  package init(
    path: String, name: String, preferred: Network?, cancellation: Cancellation = .never
  ) throws {
    if let file = try? SafeTensors(path: path), Checkpoint.isCheckpoint(file) {
      content = .checkpoint(try Checkpoint(path: path, cancellation: cancellation).state)
    } else {
      let file = try WeightFile(path: path)
      let own = preferred.flatMap { try? WeightFit(file, network: $0) }
      let fit = try own ?? WeightFit.fitting(file).first.map { try WeightFit(file, network: $0) }
      content = .file(file, fit, fitsChosen: own != nil)
    }
    self.name = name
    start = .file(name: name, digest: try FileDigest.digits(of: path, cancellation: cancellation))
  }

  /// Takes parameters in memory, of all layers of a network or of some. The record's SHA-256 is that of
  /// their names and numbers.
  package init(
    _ parameters: [String: Tensor], of network: Network, trainedBy recipe: Recipe?, name: String
  ) {
    var digest = SHA256()
    for (name, tensor) in parameters.sorted(by: { $0.key < $1.key }) {
      digest.update(Array(name.utf8))
      tensor.values.withUnsafeBytes { digest.update($0) }
    }
    content = .parameters(parameters, of: network, trainedBy: recipe)
    self.name = name
    start = .file(name: name, digest: digest.digits)
  }

  /// The recipe that trained the weights; nil if unknown.
  var recipe: Recipe? {
    switch content {
    case .checkpoint(let state): state.recipe
    case .parameters(_, _, let recipe): recipe
    case .file: nil
    }
  }

  /// The network that the weights belong to, with its classes and its preparation of images; nil if the
  /// file fits none of ours.
  package var network: Network? {
    switch content {
    case .checkpoint(let state):
      var network = state.network
      network.labels = state.classNames
      return network
    case .parameters(_, let network, _): return network
    case .file(_, let fit, _):
      guard let fit else { return nil }
      var network = fit.network
      if fit.isForeign, network.labels == nil, network.classCount == Zoo.imageNetLabels.count {
        network.labels = Zoo.imageNetLabels
      }
      return network
    }
  }

  /// The network to train: the one that the user chose, or else that of the weights. Nil if neither is
  /// known.
  package func network(chosen: Network?) -> Network? {
    // A network that the file fits gets the settings of the file's program.
    if case .file(_, _, fitsChosen: true) = content { return network }
    return chosen ?? network
  }

  /// Takes over what fits a network.
  ///
  /// - Parameters:
  ///   - target: the network to train, with the classes of the data.
  ///   - cancellation: polled while reading.
  /// - Throws: `WeightFileError` if nothing fits; `Cancelled`.
  package func transfer(
    to target: Network, cancellation: Cancellation = .never
  ) throws -> Transfer {
    var transfer: Transfer
    switch content {
    case .checkpoint(let state):
      transfer = try Transfer(of: state.parameters, from: network, to: target)
    case .parameters(let parameters, let network, _):
      transfer = try Transfer(of: parameters, from: network, to: target)
    case .file(_, let fit?, _):
      transfer = try Transfer(
        of: fit.tensors(cancellation: cancellation), from: network, to: target)
      if fit.network.name == target.name { transfer.notes = fit.notes }
    case .file(let file, nil, _):
      let fit = try WeightFit(fittingPartOf: file, network: target)
      transfer = try Transfer(
        of: fit.tensors(cancellation: cancellation), misfits: fit.misfits, from: nil,
        to: fit.network)
      transfer.notes = fit.notes
    }
    guard !transfer.taken.isEmpty else {
      let why = transfer.new.lazy.compactMap(\.reason).first
      throw WeightFileError(
        name, "none of its tensors fits \(target.name)" + (why.map { ": \($0)" } ?? ""),
        hint: network.map { $0.name == target.name ? nil : "they are those of \($0.name)" } ?? nil)
    }
    return transfer
  }
}
