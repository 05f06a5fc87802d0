import Basics
import Datasets
import Networks
import Parallel
import TensorFiles
import Tensors

extension Checkpoint {
  /// Reads a checkpoint without trusting it: the digest must match, and every tensor must belong to
  /// the network or the optimizer, have the right shape, and be finite.
  ///
  /// - Throws: `CheckpointError` in one line; `Cancelled`.
  package init(path: String, cancellation: Cancellation = .never) throws {
    let file: SafeTensors
    do throws(SafeTensorsError) {
      file = try SafeTensors(path: path)
    } catch {
      let isThere = error.place != nil || (try? OpenFile(path)) != nil
      throw CheckpointError(
        path, [error.place, error.reason].compactMap(\.self).joined(separator: ": "),
        hint: error.hint ?? (isThere ? Self.hintOfDamage : nil), isDamage: isThere)
    }
    guard Self.isCheckpoint(file) else {
      throw CheckpointError(
        path, "it isn't a checkpoint of a training run",
        hint: "load reads weight files from other programs")
    }
    try cancellation.check()
    let holds: Bool
    do throws(FileError) {
      holds = try CheckpointSeal.holds(path)
    } catch {
      throw CheckpointError(path, error.reason)
    }
    guard holds else {
      throw CheckpointError(
        path, "its digest doesn't match: it was damaged or changed after it was written",
        hint: Self.hintOfDamage, isDamage: true)
    }
    guard let version = Int(file.metadata["version"] ?? ""), version >= 1 else {
      throw CheckpointError(path, "it doesn't say its format version")
    }
    guard version <= Self.version else {
      throw CheckpointError(
        path, "its format version is \(version), but this program reads version \(Self.version)",
        hint: "a newer version of this program wrote it and can read it")
    }
    do {
      try self.init(file, cancellation: cancellation)
    } catch let error as SafeTensorsError {
      throw CheckpointError(
        path, [error.place, error.reason].compactMap(\.self).joined(separator: ": "))
    } catch let error as WeightError {
      throw CheckpointError(path, error.reason, hint: error.hint)
    } catch let error as NetworkFileError {
      throw CheckpointError(
        path,
        "the network in it: "
          + [error.place, error.reason].compactMap(\.self).joined(separator: ": "))
    } catch let error as RecipeError {
      throw CheckpointError(path, "the recipe in it: \(error.message)")
    }
  }

  /// The network that a checkpoint says it holds; nil for other files, and if that can't be read.
  package static func network(of file: SafeTensors) -> Network? {
    guard isCheckpoint(file), let text = file.metadata["network"] else { return nil }
    return try? NetworkFile.network(in: Array(text.utf8), file: file.file)
  }

  private static let hintOfDamage =
    "the run's folder has an earlier checkpoint, which --resume finds by itself"

  /// Reads a file whose digest matches.
  private init(_ file: SafeTensors, cancellation: Cancellation) throws {
    func text(_ name: String) throws(CheckpointError) -> String {
      guard let text = file.metadata[name] else {
        throw CheckpointError(file.file, "\(name) is missing from its metadata")
      }
      return text
    }
    guard let contents = Contents(rawValue: try text("contents")) else {
      throw CheckpointError(file.file, "its contents are neither everything nor weights")
    }
    let network = try NetworkFile.network(in: Array(try text("network").utf8), file: file.file)
    let recipe = try Recipe(json: try text("recipe"))
    guard case .object(let members)? = try? JSONParser.parse(Array(try text("state").utf8)) else {
      throw CheckpointError(file.file, "its state isn't a JSON object")
    }
    let state = StateReader(file: file.file, members: members, place: "")
    let (parameters, memory) = try Self.tensors(file, of: network, contents, cancellation)
    let dataset = try state.object("dataset")
    self.contents = contents
    self.state = TrainingState(
      recipe: recipe, network: network, datasetName: try dataset.text("name"),
      datasetFingerprint: try dataset.text("fingerprint"), classNames: try state.texts("classes"),
      pipeline: try PicturePipeline(recipe, source: state.wholes("picture_size"), in: file),
      parameters: parameters, memory: memory,
      epoch: try state.whole("epoch"), step: try state.whole("step"),
      sums: try EpochSums(state.object("sums")),
      schedule: try ScheduleState(state.object("schedule")),
      best: try state.optional("best").map(BestEpoch.init),
      history: try state.epochs("history"),
      engineTitle: try state.text("engine"), threads: try state.whole("threads"))
    if members["shards"] != nil { self.state.shards = try state.whole("shards") }
    if members["parallel"] != nil {
      let name = try state.text("parallel")
      guard let mode = ParallelMode(name: name) else {
        throw CheckpointError(file.file, "parallel is \(printable(name)), which isn't a mode")
      }
      self.state.mode = mode
    }
  }

  /// The parameters and the optimizer's memory, each checked against the network.
  private static func tensors(
    _ file: SafeTensors, of network: Network, _ contents: Contents, _ cancellation: Cancellation
  ) throws -> (parameters: [String: Tensor], memory: [String: Tensor]) {
    let names = file.names.filter {
      !$0.hasPrefix(memoryPrefix) && !$0.hasPrefix(picturesPrefix)
    }
    let map = try WeightMap(
      names.map { ($0, file.shape(of: $0)!) }, network: network, file: file.file)
    func finite(_ name: String) throws -> Tensor {
      try cancellation.check()
      let tensor = try file.tensor(name)
      if let bad = tensor.values.firstIndex(where: { !$0.isFinite }) {
        let index = tensor.shape.index(at: bad).map(String.init).joined(separator: ", ")
        throw CheckpointError(file.file, "\(printable(name))[\(index)] is \(tensor.values[bad])")
      }
      return tensor
    }
    var parameters: [String: Tensor] = [:]
    var memory: [String: Tensor] = [:]
    for entry in map.entries {
      guard entry.name == entry.tensor else {
        throw CheckpointError(
          file.file, "\(printable(entry.tensor)) should be called \(entry.name)")
      }
      let tensor = try finite(entry.tensor)
      if entry.parameter.role == .runningVariance, tensor.values.contains(where: { $0 < 0 }) {
        throw CheckpointError(file.file, "\(entry.name) holds a variance below 0")
      }
      parameters[entry.name] = tensor
    }
    for name in file.names where name.hasPrefix(memoryPrefix) {
      let key = String(name.dropFirst(memoryPrefix.count))
      let parameter = key.lastIndex(of: ".").map { String(key[..<$0]) } ?? key
      guard contents == .everything, let shape = parameters[parameter]?.shape else {
        throw CheckpointError(file.file, "\(printable(name)) doesn't belong to any parameter")
      }
      guard file.shape(of: name) == shape else {
        throw CheckpointError(
          file.file, "\(printable(name)) is \(file.shape(of: name)!), but \(parameter) is \(shape)")
      }
      memory[key] = try finite(name)
    }
    return (parameters, memory)
  }
}
