import ArgumentParser
import Basics
import Cells
import Documents
import Foundation
import Goldens
import TensorFiles
import Training

/// Holds kernels against golden values.
package struct GoldenCommand: Command, HasGlobalOptions, WritesFiles {
  /// What to do.
  enum Action: String, ExpressibleByArgument, CaseIterable {
    /// Run every case against an engine.
    case verify
    /// Write the inputs for other programs.
    case inputs
    /// Judge the outputs of other programs.
    case judge
  }

  /// Name and help.
  package static let configuration = CommandConfiguration(
    commandName: "golden",
    abstract:
      "Hold kernels against golden values: golden verify, golden inputs DIR, golden judge DIR.",
    discussion: """
      golden verify [PATH] runs every case of a file or folder against an engine; the bound of each \
      number follows from the operation. A name such as relu or max_pooling/ties is one of the cases \
      that come with the program. golden inputs DIR writes the inputs of every operation, golden \
      judge DIR judges what a program of yours computed from them, in Float arithmetic unless \
      --double. Golden/README.md documents the files. Exit code 1 where a case fails.
      """)
  /// What people may type.
  package static let examples: [Example] = [
    Example("golden verify relu", "one operation's cases", expect: "relu zeros"),
    Example("golden verify max_pooling/ties", "one case", expect: "✓ 1 case"),
    .slip("golden verify nothing", "a folder that is not there", expect: "nothing"),
    .slip("golden judge nowhere", "a folder that is not there", expect: "nowhere"),
    .slip("golden inputs", "where to?", expect: "golden inputs DIR"),
  ]

  @Argument(help: "verify, inputs or judge.") var action: Action
  @Argument(
    help: "The case or folder; for inputs and judge, the other program's folder.",
    completion: .file())
  var path: String?
  @Option(help: ArgumentHelp("The cases that inputs and judge use.", valueName: "folder"))
  var cases: String?
  @Flag(
    name: .customLong("double"), help: "Judge as a program that sums in Double and rounds once.")
  var isDouble = false
  @Flag(name: .customLong("brief"), help: "Show a line an operation, and of what failed the first.")
  var isBrief = false
  @OptionGroup package var writing: WritingOptions
  @OptionGroup package var options: GlobalOptions

  /// A command with its defaults.
  package init() {}

  /// The actions.
  package static func completions(for words: [String], in session: Session) -> [String] {
    words.count <= 2 ? Action.allCases.map(\.rawValue) : []
  }

  /// Verifies, writes or judges.
  package func run(in session: inout Session) throws -> Output {
    let host = session.host
    switch action {
    case .verify:
      let suite = try GoldenSuite(path: Self.cases(path))
      let engine = try session.engine()
      let verifier = GoldenVerifier(engine: engine, arithmetic: Engines.arithmetic(of: engine))
      var done = 0
      let results = try verifier.verify(suite, cancellation: host.cancellation) { result in
        done += 1
        host.report(progress: "\(done) of \(suite.files.count)  \(result.operation) \(result.name)")
      }
      return GoldenReport(results, engine: verifier.engine.name, showsAll: !isBrief).output
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
          .file, "there is no folder \(quoted(path))", hint: "golden inputs \(path) begins one")
      }
      let suite = try GoldenSuite(path: Self.cases(cases))
      let results = try GoldenExchange.judge(
        path, against: suite, arithmetic: isDouble ? .doubleRoundedOnce : .float,
        cancellation: host.cancellation)
      return GoldenReport(results, engine: path, showsAll: !isBrief).output
    }
  }

  /// The cases at a path; where nothing is there, those of this name that come with the program.
  static func cases(_ path: String?) throws -> String {
    guard let path else { return try defaultCases() }
    guard !path.isEmpty, !path.utf8.contains(0), !path.hasPrefix("/"),
      !FileManager.default.fileExists(atPath: HomeFolder.expanding(path)),
      let folder = Resources.path("Golden")
    else { return path }
    let places = ["\(folder)/\(path)", "\(folder)/\(path).safetensors"]
    return places.first { FileManager.default.fileExists(atPath: $0) } ?? path
  }

  /// The cases that come with the program.
  static func defaultCases() throws -> String {
    if let folder = Resources.path("Golden") { return folder }
    throw Failure(
      .file, "the golden cases are not beside this program",
      hint: "name their folder: golden verify DIR, or set ALEXNET_HOME")
  }
}
