import TensorFiles
import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// When a run is kept between epochs: with the run in its folder, so that it stays so when it goes on.
public struct SavingRule: Hashable, Sendable {
  /// After so many steps of an epoch; nil for no such times.
  public var steps: Int?
  /// After so many minutes; 0 for no such times.
  public var minutes: Double

  /// A rule; every five minutes unless another time is given.
  public init(steps: Int? = nil, minutes: Double? = nil) {
    (self.steps, self.minutes) = (steps, minutes ?? 5)
  }
}

extension RunFolder {
  /// What stands in the folder from its first moment on.
  static func writeBeginning(
    _ state: TrainingState, data: String, saving: SavingRule, to folder: String
  ) throws {
    try AtomicFile.write(state.recipe.json, to: folder + "/recipe.json")
    try write(saving, data: data, to: folder)
    try Checkpoint(state).write(
      to: folder + "/" + checkpointName(epoch: state.epoch, step: state.step))
  }

  private static func write(
    _ saving: SavingRule, data: String, to folder: String
  ) throws(FileError) {
    let run: JSONValue = [
      "format": .string("alexnet-run"), "version": .integer(1), "data": .string(data),
      "save_steps": saving.steps.map { .integer($0) } ?? .null,
      "save_minutes": .number(saving.minutes),
    ]
    try AtomicFile.write(run.text + "\n", to: folder + "/run.json")
  }

  /// Writes when the run is kept from now on.
  ///
  /// - Throws: `FileError` where the disk does not take it.
  public func write(_ saving: SavingRule, data: String) throws(FileError) {
    try Self.write(saving, data: data, to: folder)
  }

  /// What `--data` said when the run of a folder began, nothing where that can no longer be told; and
  /// when the run is kept.
  static func readRun(_ folder: String) -> (data: String, saving: SavingRule) {
    guard let bytes = try? OpenFile.bytes(of: folder + "/run.json", limit: 1_000_000),
      case .object(let members)? = try? JSONParser.parse(bytes)
    else { return ("", SavingRule()) }
    var saving = SavingRule()
    if case .integer(let steps)? = members["save_steps"], steps >= 1 { saving.steps = steps }
    switch members["save_minutes"] {
    case .integer(let minutes)? where minutes >= 0: saving.minutes = Double(minutes)
    case .number(let minutes)? where minutes >= 0: saving.minutes = minutes
    default: break
    }
    if case .string(let data)? = members["data"] { return (data, saving) }
    return ("", saving)
  }

  /// What `--data` said when the run in a folder began; nothing where that can no longer be told.
  public static func data(of path: String) -> String { readRun(HomeFolder.expanding(path)).data }

  private var folder: String { HomeFolder.expanding(path) }

  /// The file of the weights of the epoch that did best on validation; of the last epoch where
  /// nothing is held back for validation.
  public var best: String { path + "/" + Self.bestName }

  /// Keeps the run as it stands, and gives up the checkpoints before the last.
  ///
  /// The best weights come first and the checkpoint last: whichever of them a power cut lets through,
  /// the run that goes on from the newest checkpoint writes the rest again.
  ///
  /// - Parameters:
  ///   - state: the run.
  ///   - isBest: whether the epoch just closed did best so far.
  /// - Returns: whether it was kept: a run with numbers that are none is not.
  /// - Throws: `FileError` where the disk does not take it; the checkpoint before is then as it was.
  @discardableResult
  public func save(_ state: TrainingState, isBest: Bool) throws(FileError) -> Bool {
    let checkpoint = Checkpoint(state)
    guard checkpoint.isFinite else { return false }
    if isBest || (state.best == nil && state.epoch > 0 && state.step == 0) {
      try Checkpoint(state, contents: .weights).write(to: best)
    }
    try write(Metrics(state), withCurves: state.step == 0)
    let place = (epoch: state.epoch, step: state.step)
    try checkpoint.write(to: path + "/" + Self.checkpointName(epoch: place.epoch, step: place.step))
    // Checkpoints beyond this place are damaged ones that the run was not resumed from.
    removeCheckpoints(before: place, andBeyond: true)
    return true
  }

  /// Removes the checkpoints that a place of the run makes superfluous.
  private func removeCheckpoints(before place: (epoch: Int, step: Int), andBeyond: Bool = false) {
    let all = (try? Self.checkpoints(in: folder, named: path)) ?? []
    let older = all.filter { Self.place(of: $0)! <= place }
    for name in andBeyond ? all : older where !older.prefix(Self.kept).contains(name) {
      unlink(folder + "/" + name)
    }
  }

  /// Writes what the epochs came to.
  ///
  /// - Throws: `FileError` where the disk does not take it.
  public func write(_ metrics: Metrics, withCurves: Bool = true) throws(FileError) {
    try AtomicFile.write(metrics.json, to: path + "/metrics.json")
    try AtomicFile.write(metrics.csv, to: path + "/metrics.csv")
    if withCurves, !metrics.epochs.isEmpty {
      try AtomicFile.write(metrics.svg, to: path + "/curves.svg")
    }
  }

  /// Writes the recipe that the run goes on with.
  ///
  /// - Throws: `FileError` where the disk does not take it.
  public func write(_ recipe: Recipe) throws(FileError) {
    try AtomicFile.write(recipe.json, to: path + "/recipe.json")
  }

  /// The run as it was kept last, to go on with; checkpoints that are not needed any more are removed.
  ///
  /// - Returns: the state, and what was wrong with newer checkpoints that were damaged.
  /// - Throws: `CheckpointError` where no checkpoint can be read, or the newest sound one cannot be
  ///   used; `RunFolderError`, `Cancelled`.
  public func latest(
    cancellation: Cancellation = .never
  ) throws -> (state: TrainingState, damaged: [CheckpointError]) {
    var damaged: [CheckpointError] = []
    for name in try Self.checkpoints(in: folder, named: path) {
      do {
        let checkpoint = try Checkpoint(path: path + "/" + name, cancellation: cancellation)
        var state = checkpoint.state
        try requireFits(checkpoint, name)
        // A program that was killed between writing this one and removing others left them behind.
        removeCheckpoints(before: (state.epoch, state.step))
        if let metrics = try? Metrics(path: path + "/metrics.json") {
          state.takeTimes(from: metrics)
        }
        return (state, damaged)
      } catch let error as CheckpointError where error.isDamage {
        damaged.append(error)
      }
    }
    throw damaged.first
      ?? RunFolderError(path, "it holds no run to go on with", hint: "train --out begins one")
  }

  /// Refuses a checkpoint that was put into the folder from another run.
  private func requireFits(_ checkpoint: Checkpoint, _ name: String) throws {
    let file = path + "/" + name
    guard checkpoint.contents == .everything else {
      throw CheckpointError(
        file, "it holds weights alone, and a run goes on from all of it",
        hint: "evaluate and load take such files")
    }
    if let bytes = try? OpenFile.bytes(of: path + "/recipe.json", limit: 10_000_000),
      let recipe = try? Recipe(json: String(decoding: bytes, as: UTF8.self)),
      recipe.network != checkpoint.state.recipe.network
    {
      throw CheckpointError(
        file,
        "it is of \(checkpoint.state.recipe.network), and the run in \(path) trains \(recipe.network)",
        hint: "remove it, and the run goes on from the one before")
    }
    let place = (checkpoint.state.epoch, checkpoint.state.step)
    guard Self.checkpointName(epoch: place.0, step: place.1) == name else {
      throw CheckpointError(
        file, "it is of epoch \(place.0), step \(place.1), and its name says another")
    }
  }

  /// The file that `evaluate`, `predict` and `load` mean by a path: a run's folder stands for its best
  /// weights, or for its newest checkpoint before there are any.
  public static func file(_ path: String) -> String {
    guard isRun(path) else { return path }
    let folder = HomeFolder.expanding(path)
    if access(folder + "/" + bestName, F_OK) == 0 { return path + "/" + bestName }
    let newest = (try? checkpoints(in: folder, named: path))?.first
    return newest.map { path + "/" + $0 } ?? path
  }
}
