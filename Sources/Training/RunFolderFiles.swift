import CLibrary
import TensorFiles
import Tensors

extension RunFolder {
  /// Writes the files that a folder has from the start.
  static func writeBeginning(
    _ run: some SavableRun, _ settings: RunSettings, to folder: String
  ) throws {
    let state = run.outline
    try AtomicFile.write(state.recipe.json, to: folder + "/recipe.json")
    try settings.write(to: folder)
    try CheckpointWriter(run).write(
      .everything, to: folder + "/" + checkpointName(epoch: state.epoch, step: state.step))
  }

  /// Writes how the run is carried on from now on.
  ///
  /// - Throws: `FileError` if it can't be written.
  package func write(_ settings: RunSettings) throws(FileError) {
    guard isWritten else { return }
    try settings.write(to: folder)
  }

  /// The value of `--data` when the run in a folder began; empty if unknown.
  package static func data(of path: String) -> String {
    RunSettings(folder: HomeFolder.expanding(path)).data
  }

  private var folder: String { HomeFolder.expanding(path) }

  /// The file with the weights of the epoch that did best on validation, or of the last epoch if no
  /// images are held back for validation.
  package var best: String { path + "/" + Self.bestName }

  /// Saves the run, and removes checkpoints before the last two.
  ///
  /// The best weights come first and the checkpoint last: if a power cut comes in between, the run
  /// resumed from the newest checkpoint writes the rest again.
  ///
  /// - Parameters:
  ///   - run: the run.
  ///   - isBest: whether the last epoch did best so far.
  /// - Returns: whether it was saved: a run with NaN or infinite numbers isn't.
  /// - Throws: `FileError` if it can't be written; the checkpoint before then stays.
  @discardableResult
  package func save(_ run: some SavableRun, isBest: Bool) throws(FileError) -> Bool {
    guard isWritten else { return true }
    let (state, writer) = (run.outline, CheckpointWriter(run))
    guard writer.isFinite else { return false }
    if isBest || (state.best == nil && state.epoch > 0 && state.step == 0) {
      try writer.write(.weights, to: best)
    }
    try write(Metrics(state), withCurves: state.step == 0)
    let place = (epoch: state.epoch, step: state.step)
    try writer.write(
      .everything, to: path + "/" + Self.checkpointName(epoch: place.epoch, step: place.step))
    // Checkpoints beyond this place are damaged ones, which the run wasn't resumed from.
    removeCheckpoints(before: place, andBeyond: true)
    return true
  }

  /// Removes the checkpoints that aren't needed any more at a place in the run.
  private func removeCheckpoints(before place: (epoch: Int, step: Int), andBeyond: Bool = false) {
    guard isWritten else { return }
    let all = (try? Self.checkpoints(in: folder, named: path)) ?? []
    let older = all.filter { Self.place(of: $0)! <= place }
    for name in andBeyond ? all : older where !older.prefix(Self.kept).contains(name) {
      unlink(folder + "/" + name)
    }
  }

  /// Writes the results of the epochs.
  ///
  /// - Throws: `FileError` if it can't be written.
  package func write(_ metrics: Metrics, withCurves: Bool = true) throws(FileError) {
    guard isWritten else { return }
    try AtomicFile.write(metrics.json, to: path + "/metrics.json")
    try AtomicFile.write(metrics.csv, to: path + "/metrics.csv")
    if withCurves, !metrics.epochs.isEmpty {
      try AtomicFile.write(metrics.svg, to: path + "/curves.svg")
    }
  }

  /// Writes the recipe that the run continues with.
  ///
  /// - Throws: `FileError` if it can't be written.
  package func write(_ recipe: Recipe) throws(FileError) {
    guard isWritten else { return }
    try AtomicFile.write(recipe.json, to: path + "/recipe.json")
  }

  /// The run as last saved, to resume it. Removes checkpoints that are no longer needed.
  ///
  /// - Returns: the state, and the errors of newer, damaged checkpoints.
  /// - Throws: `CheckpointError` if no checkpoint can be read, or the newest undamaged one can't be
  ///   used; `RunFolderError`, `Cancelled`.
  package func latest(
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
      ?? RunFolderError(path, "it holds no run to resume", hint: "train --out starts one")
  }

  /// Rejects a checkpoint of another run in the folder.
  private func requireFits(_ checkpoint: Checkpoint, _ name: String) throws {
    let file = path + "/" + name
    guard checkpoint.contents == .everything else {
      throw CheckpointError(
        file, "it holds only weights, and resuming needs the whole run",
        hint: "evaluate and load take such files")
    }
    if let bytes = try? OpenFile.bytes(of: path + "/recipe.json", limit: 10_000_000),
      let recipe = try? Recipe(json: String(decoding: bytes, as: UTF8.self)),
      recipe.network != checkpoint.state.recipe.network
    {
      throw CheckpointError(
        file,
        "its network is \(checkpoint.state.recipe.network), but the run in \(path) trains \(recipe.network)",
        hint: "remove it, and the run resumes from the one before")
    }
    let place = (checkpoint.state.epoch, checkpoint.state.step)
    guard Self.checkpointName(epoch: place.0, step: place.1) == name else {
      throw CheckpointError(
        file, "it was saved at epoch \(place.0), step \(place.1), which doesn't match its name")
    }
  }

  /// The file that `evaluate`, `predict` and `load` use for a path: for a run's folder, its best
  /// weights, or its newest checkpoint if it has none so far.
  package static func file(_ path: String) -> String {
    guard isRun(path) else { return path }
    let folder = HomeFolder.expanding(path)
    if access(folder + "/" + bestName, F_OK) == 0 { return path + "/" + bestName }
    let newest = (try? checkpoints(in: folder, named: path))?.first
    return newest.map { path + "/" + $0 } ?? path
  }
}
