import Basics
import Datasets
import Documents
import Expressions
import Foundation
import Layers
import Networks
import Tensors
import Training

/// The state of a notebook: the network and its changes, the image, the weights, the layers that have
/// run, and the values that cells have named.
package struct Session {
  /// The front end.
  package var host: any Host
  /// The settings from the global options.
  package var settings: Settings
  /// The current network.
  package private(set) var network: Network
  /// The network as it was chosen, before any change.
  package private(set) var original: Network
  /// What `undo` reverts, the last change last.
  package private(set) var history: [Change] = []
  /// The weights, drawn when they are first needed.
  package var weights: Weights
  /// The training state that the weights came from, without the optimizer's memory, if they were read
  /// from a checkpoint.
  private var trained: TrainingState?
  /// The pixels of the prepared image that were set.
  package internal(set) var pixels: [SetPixel] = []
  /// The outputs before the last number was set.
  package internal(set) var earlier: EarlierOutputs?
  /// The image that the network runs on.
  package private(set) var picture: SourcePicture
  /// The layers that have run and their outputs; nil until the first is needed.
  package private(set) var trace: Trace?
  /// Values by the names that `let` gave them.
  package var bindings: [String: Value] = [:]
  /// Values by the number of the cell they came from.
  package internal(set) var results: [Int: Value] = [:]
  /// The number of the cell that runs, or runs next.
  package internal(set) var cell = 1
  /// The blocks that the running cell has already shown.
  package var shown: [Block] = []
  /// Which of the shown blocks an update replaces, by the update's name.
  var updates: [String: Range<Int>] = [:]
  /// Whether the running command prints only JSON.
  package var isMuted = false
  /// Whether this is a copy for one command whose options chose another network, image or engine, so that
  /// no layer has run before.
  var isForOneCommand = false
  /// How many nested scripts are running.
  package var depth = 0
  /// The folder in which commands create folders that the user didn't name; "" is the current folder.
  package var workingFolder = ""
  /// Whether runs in that folder are reused instead of being trained again.
  package var keepsRuns = false
  /// Whether this session runs a lesson's cells within another session.
  package var isOfLesson = false
  /// The cells that ran.
  package var transcript: [TranscriptEntry] = []
  /// The cells that were typed, and what they showed.
  package var record: SessionRecord
  /// The running command as it was typed; nil if it came from a shell's arguments.
  package internal(set) var commandLine: String?
  /// Whether the session numbers its cells itself, which it doesn't in Jupyter.
  package internal(set) var countsCells = true
  /// The commands that cells may use.
  package let commands: CommandTable

  /// A session with the first built-in network and the test card.
  package init(host: any Host, settings: Settings = Settings(), commands: CommandTable) {
    (self.host, self.commands) = (host, commands)
    (self.settings, record) = (settings, SessionRecord(seed: settings.seed))
    network = Zoo.networks[0]
    original = network
    weights = Weights(seed: settings.seed)
    picture = .testCard
  }

  /// A copy without what was computed and without the history, which are large, and with a host that shows
  /// nothing. Names, settings and the network stay.
  var withoutComputations: Session {
    var copy = self
    copy.host = QuietHost()
    (copy.trace, copy.trained, copy.history, copy.earlier) = (nil, nil, [], nil)
    copy.weights = Weights(seed: settings.seed)
    (copy.shown, copy.updates, copy.transcript) = ([], [:], [])
    copy.record.cells = []
    return copy
  }

  /// The engine that the settings name.
  ///
  /// - Throws: `Failure` if there is no engine of that name.
  package func engine() throws -> any Engine {
    try Engines.named(
      settings.engine, threads: settings.threads, precision: settings.precision)
  }

  /// Runs a body whose engines compute in a precision. Outputs in other precisions are kept for later.
  package mutating func computing<Result>(
    in precision: Precision, _ body: (inout Session) throws -> Result
  ) rethrows -> Result {
    guard precision != settings.precision else { return try body(&self) }
    let before = (settings.precision, trace)
    (settings.precision, trace) = (precision, nil)
    defer { (settings.precision, trace) = before }
    return try body(&self)
  }

  /// The network's layers with their shapes.
  package func geometry() throws -> [LayerGeometry] { try network.geometry() }

  /// Chooses another network; the changes to the old one are forgotten.
  package mutating func choose(_ network: Network) {
    self.network = network
    original = network
    history = []
    weights = Weights(seed: settings.seed)
    trained = nil
    (trace, earlier, pixels) = (nil, nil, [])
  }

  /// Uses the network of a checkpoint, with its weights and its preparation of images.
  package mutating func take(_ state: TrainingState) throws {
    choose(state.network)
    label(state.classNames)
    for layer in try geometry() where !layer.parameters.isEmpty {
      weights.set(state.tensors(of: layer), of: network.layers[layer.index])
    }
    trained = state
    trained?.memory = [:]
  }

  /// Forgets that the weights came from training, since they are about to be replaced.
  package mutating func forgetTraining() {
    trained = nil
    forgetNumbers()
  }

  /// Forgets how to undo changes of single weights, which are about to be replaced.
  private mutating func forgetNumbers() {
    history.removeAll { if case .number = $0 { true } else { false } }
    earlier = nil
  }

  /// Puts a number into a parameter. Weights that came from training keep counting as trained, with the
  /// changed number.
  mutating func put(_ value: Float, at index: [Int], of layer: LayerGeometry, _ place: Int) {
    weights.put(value, at: index, ofParameter: place, of: layer.name)
    trained?.parameters[layer.name(of: layer.parameters[place])]?[index] = value
  }

  /// The recipe that trained the weights, even if the network was changed since; nil if they didn't come from
  /// a checkpoint.
  package var trainedBy: Recipe? { trained?.recipe }

  /// The training state that the weights came from, if the network hasn't changed since.
  package var trainedAsItStands: TrainingState? {
    guard var trained, trained.network.layers == network.layers,
      trained.network.input == network.input
    else { return nil }
    trained.network.labels = network.labels
    trained.classNames = network.labels ?? trained.classNames
    return trained
  }

  /// How images are prepared for the first layer; for a trained network, as in its training.
  package func preparation() throws -> any PicturePreparation {
    if let trained, trained.network.input == network.input { return trained.pipeline }
    return try Preprocessing(network.input)
  }

  /// Changes the network; `undo` reverts the change.
  package mutating func change(to changed: Network) {
    remember(.network(network, weights, pixels))
    if changed.input != network.input { pixels = [] }
    network = changed
    (trace, earlier) = (nil, nil)
  }

  /// Keeps a change for `undo`.
  mutating func remember(_ change: Change) {
    // Weights are large, so the oldest changes are forgotten.
    if history.count == 20 { history.removeFirst() }
    history.append(change)
  }

  /// Reverts the last change.
  ///
  /// - Returns: the change, or nil if there was none.
  package mutating func undo() -> Change? {
    guard let last = history.popLast() else { return nil }
    switch last {
    case .network(let network, let weights, let pixels):
      (self.network, self.weights, self.pixels) = (network, weights, pixels)
    case .number(let layer, let place, let index, let change):
      put(change.old, at: index, of: layer, place)
    case .pixels(let pixels, _): self.pixels = pixels
    }
    (trace, earlier) = (nil, nil)
    return last
  }

  /// Gives the network's classes names.
  package mutating func label(_ labels: [String]) {
    network.labels = labels
    original.labels = labels
  }

  /// Draws all weights again from a seed.
  package mutating func reseed(_ seed: UInt64) {
    settings.seed = seed
    weights = Weights(seed: seed)
    forgetTraining()
    trace = nil
  }

  /// Runs the network on another image from now on.
  package mutating func look(at picture: SourcePicture) {
    self.picture = picture
    history.removeAll { if case .pixels = $0 { true } else { false } }
    (trace, earlier, pixels) = (nil, nil, [])
  }

  /// Forgets all outputs: the next layer to run is the first.
  package mutating func reset() { trace = nil }

  /// The image's trace; created if needed.
  package mutating func begin() throws -> Trace {
    if let trace { return trace }
    _ = try geometry()
    var input = try preparation().prepared(picture.image)
    guard input.shape == network.input.shape() else {
      throw Failure(
        .network,
        "\(network.name) takes \(network.input.shape().withoutBatch), which no image has",
        hint: "images have 3 channels, or 1")
    }
    for pixel in pixels { input[[0] + pixel.index] = pixel.value }
    let begun = try Trace(network: network, engine: engine(), input: input)
    trace = begun
    return begun
  }

  /// Throws if there isn't enough memory to run every layer up to `end`, and then backward.
  package mutating func requireMemory(through end: Int, backward: Bool = false) throws {
    let trace = try begin()
    var needed = trace.memory(through: end, weights: weights)
    if backward { needed += trace.backwardMemory }
    guard needed > .worthChecking else { return }
    let last = network.layers[max(0, min(end, network.layers.count) - 1)].name
    try Memory.require(
      needed,
      for: "running \(network.name) through \(last)\(backward ? " and back" : "")",
      hint: "a smaller network needs less: networks lists them")
  }

  /// Runs the next layer.
  package mutating func step() throws -> LayerGeometry? {
    try begin().step(weights: &weights, cancellation: host.cancellation)
  }

  /// The trace with the layer at `index` run. Missing layers run now, and an interactive host shows which.
  package mutating func trace(through index: Int) throws -> Trace {
    let trace = try begin()
    try requireMemory(through: index + 1)
    var names: [String] = []
    while trace.position <= index {
      host.report(progress: "running \(trace.next?.name ?? "")")
      guard let layer = try step() else { break }
      names.append(layer.name)
    }
    host.report(progress: nil)
    if host.isInteractive, !isForOneCommand, !names.isEmpty {
      let list =
        names.count > 4 ? "\(names[0]) to \(names[names.count - 1])" : names.joined(separator: ", ")
      var output = Output()
      output.line(.faint("ran \(list) first"), hang: 4)
      show(output)
    }
    return trace
  }

  /// Shows a part of the running cell's output at once.
  package mutating func show(_ output: Output) {
    guard !isMuted else { return }
    host.stream(output.document)
    shown += output.blocks
  }

  /// Shows finished output of the running cell.
  mutating func present(_ blocks: [Block]) {
    guard !isMuted, !blocks.isEmpty else { return }
    host.show(Document(blocks))
    shown += blocks
  }

  /// Shows a part of the running cell's output in place of what the cell showed under this name
  /// before.
  package mutating func update(_ name: String, _ blocks: [Block]) {
    guard !isMuted else { return }
    host.update(name, Document(blocks))
    let old = updates[name] ?? shown.count..<shown.count
    shown.replaceSubrange(old, with: blocks)
    let growth = blocks.count - old.count
    for (other, range) in updates where range.lowerBound >= old.upperBound {
      updates[other] = range.lowerBound + growth..<range.upperBound + growth
    }
    updates[name] = old.lowerBound..<old.lowerBound + blocks.count
  }
}

/// A change that `undo` reverts.
package enum Change {
  /// The network was changed; before, it was this one, with these weights and set pixels.
  case network(Network, Weights, [SetPixel])
  /// A number of a parameter was set.
  case number(LayerGeometry, place: Int, [Int], SetNumber)
  /// A pixel was set; before, these were.
  case pixels([SetPixel], SetNumber)
}

/// The settings from the global options.
package struct Settings: Sendable {
  /// The seed of the untrained weights and of all other random numbers.
  package var seed = standardSeed
  /// The seed unless another is chosen.
  package static let standardSeed: UInt64 = 1
  /// The engine's name.
  package var engine = "reference"
  /// How exact the operands of its products are.
  package var precision = Precision.float
  /// Whether the user chose the engine; otherwise long-running commands use the fastest.
  package var isEngineChosen = false
  /// The threads of engines that use several; nil takes every core.
  package var threads: Int?
  /// The folder of the data set; nil searches the usual places.
  package var data: String?
  /// The file of the learner's progress; nil keeps none.
  package var progressPath = Folders.progress()
  /// The folder of sessions that are kept while they run; nil keeps none.
  package var sessionsPath = Folders.sessions()
  /// The folder for files that can be computed again.
  package var cachePath = Folders.cache() ?? NSTemporaryDirectory() + "alexnet"

  /// The defaults.
  package init() {}
}
