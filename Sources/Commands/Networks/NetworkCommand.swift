import ArgumentParser
import Basics
import Cells
import Documents
import Networks
import TensorFiles

/// Chooses a network by name, or reads or writes one as JSON.
package struct NetworkCommand: Command, HasGlobalOptions, WritesFiles {
  /// The command's name and help.
  package static let configuration = CommandConfiguration(
    commandName: "network",
    abstract: "Choose a network by name, or network load FILE, network save FILE.",
    discussion: NetworkFile.help)
  /// Examples for help and for tests.
  package static let examples: [Example] = [
    Example("network caffenet", "choose a network", expect: "60,965,224"),
    .slip("network alexnot", "a misspelled name", expect: "did you mean alexnet?"),
    .slip("network load nothing.json", "a file that doesn't exist", expect: "nothing.json"),
  ]

  @Argument(
    help: "A network's name, load, or save.",
    completion: .list(Zoo.networks.map(\.name) + ["load", "save"]))
  var name: String?
  @Argument(help: "The file to load or save.", completion: .file()) var file: String?
  @OptionGroup package var writing: WritingOptions
  @OptionGroup package var options: GlobalOptions

  /// A command with its defaults.
  package init() {}

  /// Changes or saves the session's network; without arguments only shows it.
  package func run(in session: inout Session) throws -> Output {
    switch (name, file) {
    case ("load", let file?):
      session.choose(try NetworkFile.load(file, reserved: session.commands.names))
    case ("save", let file?):
      try NetworkFile.save(session.network, to: writing.claim(OutputFile(file)))
      var output = Output(json: ["file": .string(file)])
      output.line(.name(session.network.name) + " written to " + .name(file))
      return output
    case ("load", nil), ("save", nil):
      throw Failure(.usage, "network \(name!) takes a file", hint: "network \(name!) mine.json")
    case (let name?, nil): session.choose(try Zoo.find(name))
    case (nil, _): break
    case (let name?, let file?):
      throw Failure(
        .usage, "network takes one name, not \(quoted(name)) and \(quoted(file))",
        hint: "network NAME, network load FILE, network save FILE")
    }
    let summary = try Summary(session.network)
    var output = Output(
      json: ["name": .string(session.network.name), "parameters": .integer(summary.parameters)])
    output.line(
      .name(session.network.name) + "  \(NumberFormat.count(summary.parameters, "parameter")) · "
        + "\(NumberFormat.engineering(Double(summary.multiplyAdds), unit: "MACs")) · "
        + "input \(session.network.input.shape().withoutBatch)")
    output.line(.faint(session.network.title), indent: 2)
    return output
  }
}
