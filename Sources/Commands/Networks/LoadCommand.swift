import ArgumentParser
import Basics
import Cells
import Documents
import Networks
import TensorFiles
import Training
import WeightFiles

/// Loads a trained network, or weights for the network in use.
package struct LoadCommand: Command, HasGlobalOptions {
  /// The command's name and help.
  package static let configuration = CommandConfiguration(
    commandName: "load", abstract: "Load a trained network: a checkpoint, a run, or trained.",
    discussion: """
      trained is a network that comes with the program, trained on CIFAR-10: alexnet32 if it's there. \
      load trained --list lists them, load trained NAME takes another. For the \
      folder of a run, its best checkpoint is loaded. A checkpoint brings its network, its classes and \
      the preparation of its images; after that, all commands use the trained network.

      Other files are read as weights: safetensors (also the index of a sharded model), PyTorch's .pth \
      and .pt, NumPy's .npy and .npz, Caffe's .caffemodel, ONNX. Nothing in a file is run. The tensors may \
      have our names (conv1.weight, fc6.bias), torchvision's (features.0.weight), or those of Caffe, Keras \
      and of common ports to PyTorch. If the file fits another network of ours, that network is used, \
      unless --network names one or you have changed yours. What the other program computes differently, \
      such as the constants of a normalization, is set and shown. --list shows what is in a file.
      """)
  /// Examples for help and for tests.
  package static let examples: [Example] = [
    Example("load trained", "a network that comes with the program", expect: "on CIFAR-10"),
    Example("load trained --list", "which ones come with it", expect: "cuda-convnet-18"),
    Example("load trained cuda-convnet-18", "one of them, by name", expect: "134 epochs"),
    .unrun("load runs/80-seconds-seed1", "the best checkpoint of a run"),
    .unrun("load alexnet-owt-7be5be79.pth", "torchvision's weights, for alexnet-owt"),
    .unrun(
      "load bvlc_alexnet.caffemodel --list", "the tensors of a file, and which network it fits"),
    .slip("load nothing.safetensors", "a file that doesn't exist", expect: "nothing.safetensors"),
    .slip("load trained nothing", "a network that isn't there", expect: "there is"),
  ]

  @Argument(help: "A checkpoint, the folder of a run, trained, or weights.", completion: .file())
  var what: String
  @Argument(help: "After trained: the name of the network.") var name: String?
  @Flag(help: "Only list the file's tensors, its format, and the networks it fits.")
  var list = false
  @Option(
    help: ArgumentHelp("A text file with one class name per line.", valueName: "file"),
    completion: .file())
  var labels: String?
  @OptionGroup package var options: GlobalOptions

  /// A command with its defaults.
  package init() {}

  /// The names of the networks that come with the program.
  package static func completions(for words: [String], in session: Session) -> [String] {
    TrainedNetwork.completions(for: words)
  }

  /// Loads the file; on an error the session keeps its network and weights.
  package func run(in session: inout Session) throws -> Output {
    if list, what == TrainedNetwork.word, name == nil, !TrainedNetwork.exists(what) {
      return try ShippedListReport.output(TrainedNetwork.shipped)
    }
    let path = try TrainedNetwork.file(TrainedNetwork.joining(what, name))
    let tensors = try? SafeTensors(path: path)
    if !list, let tensors, Checkpoint.isCheckpoint(tensors) {
      return try loadCheckpoint(path, in: &session)
    }
    let opened = try WeightFile(path: path)
    return list
      ? WeightListReport.output(opened, checkpointOf: tensors.flatMap(Checkpoint.network)?.name)
      : try loadWeights(opened, in: &session)
  }

  private func loadWeights(_ opened: WeightFile, in session: inout Session) throws -> Output {
    let fitted = Result { try fitting(opened, in: session) }
    let network = (try? fitted.get().fit.network) ?? session.network
    let names = try labels.map { try readLabels($0, count: network.classCount ?? 0) }
    let (fit, isOther) = try fitted.get()
    let geometry = try fit.network.geometry()
    // An error leaves the session as it was.
    var weights = isOther ? Weights(seed: session.settings.seed) : session.weights
    try fit.load(into: &weights, cancellation: session.host.cancellation)
    if isOther {
      session.choose(fit.network)
    } else if fit.network != session.network {
      session.change(to: fit.network)
    }
    session.weights = weights
    session.forgetTraining()
    session.reset()
    let isImageNet =
      names == nil && fit.isForeign && fit.network.labels == nil
      && fit.network.classCount == Zoo.imageNetLabels.count
    if let names = names ?? (isImageNet ? Zoo.imageNetLabels : nil) { session.label(names) }
    return report(opened, fit, isOther: isOther, isImageNet: isImageNet, geometry)
  }

  /// How the file fits the network in use, or else another one, if the user hasn't insisted on it.
  private func fitting(
    _ opened: WeightFile, in session: Session
  ) throws -> (fit: WeightFit, isOther: Bool) {
    do {
      return (try WeightFit(opened, network: session.network), false)
    } catch let error as WeightFileError {
      guard options.network == nil, session.network == session.original,
        let other = WeightFit.fitting(opened).first
      else { throw error }
      return (try WeightFit(opened, network: other), true)
    }
  }

  private func report(
    _ opened: WeightFile, _ fit: WeightFit, isOther: Bool, isImageNet: Bool,
    _ geometry: [LayerGeometry]
  ) -> Output {
    let count = geometry.reduce(0) { $0 + $1.parameterCount }
    var output = Output(
      json: [
        "file": .string(what), "network": .string(fit.network.name), "parameters": .integer(count),
        "format": .string(opened.format.rawValue),
        "changes": .array(fit.notes.map { .string($0) }),
      ])
    let format = opened.format == .safetensors ? "" : ", " + WeightListReport.format(opened)
    output.line(
      (isOther ? .name(fit.network.name) + " · " : Text(""))
        + "\(NumberFormat.count(count, "parameter")) from " + .name(what) + Text(format), hang: 4)
    if opened.entries.contains(where: { $0.type == "F64" }) {
      output.line("its float64 values are rounded to Float", indent: 2, hang: 4)
    }
    for note in fit.notes { output.line(Text(note), indent: 2, hang: 4) }
    if isImageNet {
      output.line("classes: ImageNet's 1,000, in the order of their synsets", indent: 2, hang: 4)
    }
    if isOther {
      output.line(.faint("try  ") + .name("image PHOTO") + " · " + .name("forward"), indent: 2)
    }
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
    if what == TrainedNetwork.word, name == nil, TrainedNetwork.shipped.names.count > 1 {
      output.line(
        .faint("others come with the program: ") + .name("load trained --list"), indent: 2)
    }
    let weights = try session.geometry().first { !$0.parameters.isEmpty }.map {
      Text.name("view \($0.name).weight") + " · "
    }
    output.line(
      .faint("try  ") + (weights ?? "") + .name("image PHOTO") + " · " + .name("forward"),
      indent: 2)
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
