import ArgumentParser
import Basics
import Cells
import Documents
import Foundation
import Goldens
import TensorFiles

/// Checks an engine, or another program's outputs, against golden values.
package struct GoldenCommand: Command, HasGlobalOptions, WritesFiles {
  /// What to do with the golden cases.
  enum Action: String, ExpressibleByArgument, CaseIterable {
    /// Run every case against an engine.
    case verify
    /// Write the inputs for other programs.
    case inputs
    /// Compare the outputs of another program.
    case judge
  }

  /// The command's name and help.
  package static let configuration = CommandConfiguration(
    commandName: "golden",
    abstract:
      "Check kernels against golden values: golden verify, golden inputs DIR, golden judge DIR.",
    discussion: """
      golden verify [PATH] runs every case of a file or folder on an engine; each number has an error \
      bound derived from its operation. A name such as relu or max_pooling/ties selects from the cases \
      that come with the program. golden inputs DIR writes the inputs of every operation, and golden \
      judge DIR checks the outputs that a program of yours computed from them, with the bounds for \
      Float arithmetic unless you pass --double. With --precision bfloat16, verify runs the cases forward \
      on rounded inputs and weights; bounds follow from the rounding. Golden/README.md documents the files. The exit code \
      is 1 if a case fails.
      """)
  /// Examples for help and for tests.
  package static let examples: [Example] = [
    Example("golden verify relu", "one operation's cases", expect: "relu zeros"),
    Example("golden verify max_pooling/ties", "one case", expect: "✓ 1 case"),
    Example(
      "golden verify linear --precision bfloat16 --brief", "an engine that rounds its operands",
      expect: "with bfloat16"),
    .slip("golden verify nothing", "a folder that doesn't exist", expect: "nothing"),
    .slip("golden judge nowhere", "a folder that doesn't exist", expect: "nowhere"),
    .slip("golden inputs", "no folder named", expect: "golden inputs DIR"),
  ]

  @Argument(help: "verify, inputs or judge.") var action: Action
  @Argument(
    help: "The case or folder; for inputs and judge, the other program's folder.",
    completion: .file())
  var path: String?
  @Option(help: ArgumentHelp("The cases that inputs and judge use.", valueName: "folder"))
  var cases: String?
  @Flag(
    name: .customLong("double"),
    help: "Use the tighter bounds for a program that sums in Double and rounds once.")
  var isDouble = false
  @Flag(
    name: .customLong("brief"), help: "Show one line per operation, and only the first failures.")
  var isBrief = false
  @OptionGroup var precision: PrecisionOptions
  @OptionGroup package var writing: WritingOptions
  @OptionGroup package var options: GlobalOptions

  /// A command with its defaults.
  package init() {}

  /// Verifies an engine, writes inputs, or judges outputs.
  package func run(in session: inout Session) throws -> Output {
    let host = session.host
    switch action {
    case .verify:
      let suite = try GoldenSuite(path: Self.cases(path))
      let engine = try session.computing(in: precision.precision) { try $0.engine() }
      let verifier = GoldenVerifier(engine: engine, arithmetic: Engines.arithmetic(of: engine))
      var done = 0
      let results = try verifier.verify(suite, cancellation: host.cancellation) { result in
        done += 1
        host.report(progress: "\(done) of \(suite.files.count)  \(result.operation) \(result.name)")
      }
      return GoldenReport(
        results, engine: engine.name, precision: engine.precision,
        leftOut: suite.files.count - results.count, showsAll: !isBrief
      ).output
    case .inputs:
      guard let path else { throw Failure(.usage, "where to?", hint: "golden inputs DIR") }
      let suite = try GoldenSuite(path: Self.cases(cases))
      let count = try GoldenExchange.exportInputs(
        from: suite, to: path, cancellation: host.cancellation
      ) { _ = try writing.claim(OutputFile($0)) }
      var output = Output(json: ["folder": .string(path), "cases": .integer(count)])
      output.line("inputs of \(count) cases written to " + .name(path))
      output.line(
        .faint("write each OPERATION/CASE.outputs.safetensors there, then ")
          + .name("golden judge \(path)"))
      return output
    case .judge:
      guard let path else { throw Failure(.usage, "which folder?", hint: "golden judge DIR") }
      guard FileManager.default.fileExists(atPath: HomeFolder.expanding(path)) else {
        throw Failure(
          .file, "there is no folder \(quoted(path))", hint: "golden inputs \(path) creates it")
      }
      let suite = try GoldenSuite(path: Self.cases(cases))
      guard GoldenExchange.hasOutputs(in: path) else {
        throw Failure(
          .file, "\(quoted(path)) holds no outputs, OPERATION/CASE.outputs.safetensors",
          hint: "golden inputs \(path) writes what they are computed from")
      }
      let results = try GoldenExchange.judge(
        path, against: suite, arithmetic: isDouble ? .doubleRoundedOnce : .float,
        cancellation: host.cancellation)
      return GoldenReport(results, engine: path, showsAll: !isBrief).output
    }
  }

  /// The path itself if it exists, otherwise the cases of this name that come with the program.
  static func cases(_ path: String?) throws -> String {
    guard let path else { return try defaultCases() }
    guard !path.isEmpty, !path.utf8.contains(0), !path.hasPrefix("/"),
      !FileManager.default.fileExists(atPath: HomeFolder.expanding(path)),
      let folder = Resources.path("Golden")
    else { return path }
    let places = ["\(folder)/\(path)", "\(folder)/\(path).safetensors"]
    return places.first { FileManager.default.fileExists(atPath: $0) } ?? path
  }

  /// The folder of the cases that come with the program.
  static func defaultCases() throws -> String {
    if let folder = Resources.path("Golden") { return folder }
    throw Failure(
      .file, "can't find the golden cases that come with this program",
      hint: "name their folder: golden verify DIR, or set ALEXNET_HOME")
  }
}
