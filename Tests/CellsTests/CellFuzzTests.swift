import Networks
import TensorFiles
import TestSupport
import Testing

@testable import Cells
@testable import Commands
@testable import Documents
@testable import Lessons
@testable import Notebook

/// Mutated cells, from a seeded generator, in a session on a small network: every cell gives an output
/// that can be laid out at any width, or a failure with a message of one line.
struct CellFuzzTests {
  /// The cells that mutations start from: the examples of every command, and expressions.
  static let commands =
    CommandTable.notebook.all.flatMap { $0.examples.map(\.line) } + [
      "why conv1[2, 5, 6]", "why relu1[0, 1, 1]", "why norm1[1, 2, 3] --all",
      "why pool1[0, 1, 2] --toward-input", "why fc6[1] --all", "why softmax[2]",
      "why gradient conv1[1, 2, 3]", "why gradient conv1.weight[0, 1, 2, 0]",
      "why gradient fc6.bias[1]", "why gradient norm1[3, 4, 5] --json", "backward 2", "next 2",
      "goto pool1", "forward", "view conv1.weight", "view norm1[1]", "show fc6", "show conv1[2, 1]",
      "overlap pool1[1, 2, 2]", "verify gradient norm1 --samples 2", "summary --style keras",
      "summary --formula", "set norm1.n 3", "insert relu1 tanh", "?next", "help expressions",
      "conv1.output[0, 1, 2...4, ...3].mean", "fc6.gradient - softmax.output",
    ]

  /// A cell to start from; seldom a command, since commands take twenty times as long as expressions.
  private static func seed(_ mutator: inout Mutator) -> String {
    mutator.pick(mutator.below(4) == 0 ? commands : ExpressionSeeds.all)
  }

  /// Words of cells that would write files, leave the small network, or take a long time.
  static let forbidden = [
    "png", "svg", "csv", "html", "open", "save", "export", "inputs", "judge", "golden", "bench",
    "--network", "--image", "network ",
    "network\t", "load ", "run", "--out", "--progress",
  ]

  /// Commands that change to another network, or files of the person who runs the tests.
  static let elsewhere = [
    NetworkCommand.word, LessonCommand.word, ProgressCommand.word, JupyterCommand.word,
  ]
  /// Commands that take minutes without `--describe`.
  static let long = [TrainCommand.word, ExperimentCommand.word]

  @Test("100,000 mutated cells give an output or a failure of one line", arguments: [true, false])
  func mutatedCells(isInteractive: Bool) throws {
    #if DEBUG
      let count = 2_000
    #else
      let count = 50_000
    #endif
    let host = QuietHost(isInteractive: isInteractive)
    var start = Session(host: host)
    start.choose(try NetworkFile.network(in: Array(smallNetworkFile.utf8), file: "small"))
    _ = start.run("forward")
    var outputs = 0
    for run in 0..<count {
      var mutator = Mutator("cells \(run) \(isInteractive)", seed: 1)
      let cell = mutator.text(
        Self.seed(&mutator), pieces: ExpressionSeeds.pieces,
        others: [Self.seed(&mutator), Self.seed(&mutator)])
      guard Self.isHarmless(cell) else { continue }
      var session = start
      let result = session.run(cell)
      if let failure = result.failure {
        check(failure, of: cell)
      } else {
        outputs += 1
        if run % 8 == 0 { try check(result.output, of: cell) }
      }
      if run % 8 == 1 {
        _ = session.completions(
          cell, cursor: mutator.below(cell.unicodeScalars.count + 2), isFirstLine: true)
      }
      if run % 1_000 == 0 {
        #expect(session.run("20 + 22").output.plainText == "42", "\(cell.debugDescription)")
      }
    }
    // If nearly all mutations failed, the commands would hardly be tested.
    #expect(outputs > count / 20)
  }

  private func check(_ failure: Failure, of cell: String) {
    #expect(!failure.message.isEmpty && failure.message.count < 700, "\(cell.debugDescription)")
    let text = failure.message + (failure.hint ?? "")
    #expect(!text.contains { $0.isNewline }, "\(cell.debugDescription): \(text.debugDescription)")
    #expect((failure.line ?? 1) >= 1 && (failure.column ?? 1) >= 1, "\(cell.debugDescription)")
    _ = Layout(width: 40).lines(failure.output.document)
  }

  private func check(_ output: Output, of cell: String) throws {
    for width in [20, 80] { _ = Layout(width: width).lines(output.document) }
    let json = (output.json ?? [:]).text
    #expect(!json.contains("\n"), "\(cell.debugDescription)")
    _ = try JSONParser.parse(Array(json.utf8))
  }

  /// Whether a cell stays on the small network and takes only a moment.
  private static func isHarmless(_ cell: String) -> Bool {
    let found = CommandTable.notebook.instructions(of: cell)
    // A cell that changes the network and then runs it could run one of any size.
    guard found.count == 1 || !cell.contains("set") && !cell.contains("insert") else {
      return false
    }
    return !forbidden.contains { cell.contains($0) }
      && !found.contains { instruction in
        elsewhere.contains { instruction.command == $0 }
          || long.contains { instruction.command == $0 } && !cell.contains(" --describe")
      }
  }
}
