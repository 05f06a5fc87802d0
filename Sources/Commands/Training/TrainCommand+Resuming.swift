import Basics
import Cells
import Networks
import Parallel
import Training

extension TrainCommand {
  /// Continues a run.
  func resumed(_ path: String, in session: inout Session) throws -> LiveTraining {
    let folder = try RunFolder.shared(path, by: Ranks.current) { try RunFolder.open(path) }
    session.host.report(progress: "reading \(path)")
    var (state, damaged) = try folder.latest(cancellation: session.host.cancellation)
    let before = state
    state.recipe = try changed(state.recipe)
    try requireSameRun(before, state.recipe, session)
    let engine = try session.fastEngine()
    guard
      let spec = session.settings.data
        ?? TrainedNetwork.data(said: folder.settings.data, trainedOn: state.datasetName)
    else {
      throw Failure(
        .file,
        "\(path)/run.json, which records where the run's data is, is missing or damaged",
        hint: "name the data, \(quoted(state.datasetName)): "
          + "train --resume \(shellWord(path)) --data DATA")
    }
    var (settings, reading) = (folder.settings, reading)
    settings.data = Self.absolute(spec)
    if let saveSteps { settings.saving.steps = saveSteps }
    if let saveMinutes { settings.saving.minutes = saveMinutes }
    settings.skipsBad = settings.skipsBad || reading.skipBad
    reading.skipBad = settings.skipsBad
    let dataset = try session.dataset(spec, reading.options(for: state))
    session.host.report(progress: "preparing")
    let trainer = try Trainer(
      resuming: state, engine: engine.engine, dataset: dataset, threads: engine.threads,
      shards: shards, ranks: Ranks.current, mode: mode())
    if state.recipe != before.recipe { try folder.write(state.recipe) }
    if settings != folder.settings { try folder.write(settings) }
    var notes = damaged.map { "\($0.description); continuing from the one before it" }
    if state.recipe != before.recipe {
      notes.append("the recipe changes here, so the run no longer follows a single recipe")
    }
    notes += before.notes(continuingAs: trainer)
    return LiveTraining(
      trainer: trainer, folder: folder, dataset: dataset, engine: engine.engine,
      saving: settings.saving, notes: notes)
  }

  /// Rejects changes of the network, the seed, or anything but the recipe's rates, decays, momentum,
  /// frozen layers, schedule, epochs and crops.
  private func requireSameRun(
    _ before: TrainingState, _ recipe: Recipe, _ session: Session
  ) throws {
    if options.network != nil, session.network.name != before.network.name {
      throw Failure(
        .usage, "the run trains \(before.network.name), not \(session.network.name)",
        hint: "train --network \(session.network.name) starts a new run")
    }
    if let seed = options.seed, seed != before.recipe.seed {
      throw Failure(.usage, "the run has seed \(before.recipe.seed), which cannot change")
    }
    var same = recipe
    let old = before.recipe
    (same.epochs, same.rate, same.biasRate) = (old.epochs, old.rate, old.biasRate)
    (same.decay, same.biasDecay, same.layers) = (old.decay, old.biasDecay, old.layers)
    (same.schedule, same.crops, same.freeze) = (old.schedule, old.crops, old.freeze)
    if same.optimizer.kind == old.optimizer.kind { same.optimizer = old.optimizer }
    guard same == old else {
      throw Failure(
        .usage, "a resumed run keeps its data, network, batches and optimizer",
        hint: "epochs, rates, decays, momentum, frozen layers, schedule and crops may change")
    }
  }
}
