import ArgumentParser
import Networks
import TensorFiles

/// Reads weights from a file.
public struct LoadCommand: Command, HasGlobalOptions {
  /// Name and help.
  public static let configuration = CommandConfiguration(
    commandName: "load", abstract: "Read weights from a safetensors file.",
    discussion: """
      Tensors go by the network's own names (conv1.weight, fc6.bias); for alexnet-owt torchvision's \
      names (features.0.weight) are known too.
      """)
  /// What people may type.
  public static let examples: [Example] = [
    .slip("load nothing.safetensors", "a file that is not there", expect: "nothing.safetensors")
  ]

  @Argument(help: "The safetensors file.", completion: .file()) var file: String
  @Option(help: ArgumentHelp("A text file with the name of a class a line.", valueName: "file"))
  var labels: String?
  @OptionGroup var options: GlobalOptions

  /// A command with its defaults.
  public init() {}

  /// Loads all weights, or none.
  public func run(in session: inout Session) throws -> Output {
    let geometry = try session.geometry()
    let names = try labels.map { try readLabels($0, count: geometry.last?.output.c ?? 0) }
    try session.weights.load(
      from: SafeTensors(path: file), network: session.network,
      cancellation: session.host.cancellation)
    session.reset()
    if let names { session.label(names) }
    let count = geometry.reduce(0) { $0 + $1.parameterCount }
    var output = Output(json: ["file": .string(file), "parameters": .integer(count)])
    output.line("\(NumberFormat.grouped(count)) parameters from " + .name(file))
    return output
  }

  private func readLabels(_ path: String, count: Int) throws -> [String] {
    let bytes = try OpenFile.bytes(of: path, limit: 10 << 20)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw Failure(.file, "\(path) is not UTF-8 text", hint: "one class name a line")
    }
    let names = text.split(whereSeparator: \.isNewline).map(String.init)
    guard names.count == count else {
      throw Failure(.file, "\(path) names \(names.count) classes, the network has \(count)")
    }
    return names
  }
}
