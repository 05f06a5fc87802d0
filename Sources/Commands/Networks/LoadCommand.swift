import ArgumentParser
import Basics
import Cells
import Documents
import Networks
import TensorFiles
import Training

/// Loads a trained network, or weights for the network in use.
package struct LoadCommand: Command, HasGlobalOptions {
  /// The command's name and help.
  package static let configuration = CommandConfiguration(
    commandName: "load", abstract: "Load a trained network: a checkpoint, a run, or trained.",
    discussion: """
      trained is the network that comes with the program: cuda-convnet-18, trained on CIFAR-10. For the \
      folder of a run, its best checkpoint is loaded. A checkpoint brings its network, its classes and \
      the preparation of its images; after that, all commands use the trained network.

      Other safetensors files are read as weights for the network in use. The tensors need the network's \
      own names (conv1.weight, fc6.bias); for alexnet-owt, torchvision's names (features.0.weight) work \
      too.
      """)
  /// Examples for help and for tests.
  package static let examples: [Example] = [
    Example("load trained", "the network that comes with the program", expect: "134 epochs"),
    .unrun("load runs/80-seconds-seed1", "the best checkpoint of a run"),
    .unrun("load alexnet.safetensors --network alexnet-owt", "torchvision's weights, converted"),
    .slip("load nothing.safetensors", "a file that doesn't exist", expect: "nothing.safetensors"),
  ]

  @Argument(help: "A checkpoint, the folder of a run, trained, or weights.", completion: .file())
  var file: String
  @Option(
    help: ArgumentHelp("A text file with one class name per line.", valueName: "file"),
    completion: .file())
  var labels: String?
  @OptionGroup package var options: GlobalOptions

  /// A command with its defaults.
  package init() {}

  /// The names of the networks that come with the program.
  package static func completions(for words: [String], in session: Session) -> [String] {
    TrainedNetwork.names
  }

  /// Loads the file; on an error the session keeps its network and weights.
  package func run(in session: inout Session) throws -> Output {
    let path = TrainedNetwork.file(file)
    let opened = try SafeTensors(path: path)
    return Checkpoint.isCheckpoint(opened)
      ? try loadCheckpoint(path, in: &session) : try loadWeights(opened, in: &session)
  }

  private func loadWeights(_ opened: SafeTensors, in session: inout Session) throws -> Output {
    let geometry = try session.geometry()
    let names = try labels.map { try readLabels($0, count: geometry.last?.output.c ?? 0) }
    try session.weights.load(
      from: opened, network: session.network, cancellation: session.host.cancellation)
    session.forgetTraining()
    session.reset()
    if let names { session.label(names) }
    let count = geometry.reduce(0) { $0 + $1.parameterCount }
    var output = Output(json: ["file": .string(file), "parameters": .integer(count)])
    output.line("\(NumberFormat.count(count, "parameter")) from " + .name(file))
    return output
  }

  private func loadCheckpoint(_ path: String, in session: inout Session) throws -> Output {
    let state = try Checkpoint(path: path, cancellation: session.host.cancellation).state
    guard options.network == nil || session.network.name == state.network.name else {
      throw Failure(
        .network, "\(path) holds \(state.network.name), not \(session.network.name)",
        hint: "drop --network: the checkpoint brings its own network")
    }
    let names = try labels.map { try readLabels($0, count: state.classNames.count) }
    try session.take(state)
    if let names { session.label(names) }
    let count = try session.geometry().reduce(0) { $0 + $1.parameterCount }
    var output = Output(
      json: [
        "file": .string(path), "network": .string(state.network.name),
        "parameters": .integer(count), "recipe": .string(state.recipe.name),
        "epoch": .integer(state.epoch), "dataset": .string(state.datasetName),
        "classes": .array(state.classNames.map { .string($0) }),
        "preprocessing": .string(state.pipeline.description),
      ])
    output.line(
      .name(state.network.name) + " · \(NumberFormat.count(count, "parameter")), "
        + "\(TrainingLines.epochs(state.epoch)) on \(state.datasetName), recipe \(state.recipe.name)",
      hang: 4)
    output.line("images: \(state.pipeline)", indent: 2, hang: 4)
    output.line(
      "classes: " + Text(state.classNames.prefix(12).joined(separator: ", "))
        + (state.classNames.count > 12 ? " …" : ""), indent: 2, hang: 4)
    output.line(.faint("try  ") + .name("image PHOTO") + " · " + .name("forward"), indent: 2)
    return output
  }

  private func readLabels(_ path: String, count: Int) throws -> [String] {
    if let other = FileKind.mismatch(path: path, wanted: nil) {
      throw Failure(.file, "\(printable(path)): \(other.reason)", hint: other.hint)
    }
    let bytes = try OpenFile.bytes(of: path, limit: 10 << 20)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw Failure(.file, "\(path) isn't UTF-8 text", hint: "write one class name per line")
    }
    let names = text.split(whereSeparator: \.isNewline).map(String.init)
    guard names.count == count else {
      throw Failure(
        .file,
        "\(path) names \(NumberFormat.count(names.count, "class", "classes")); the network has \(count)"
      )
    }
    return names
  }
}
