import Cells
import Documents
import Foundation
import Notebook

/// A notebook for snapshots: 80 columns, plain text, seed 1, the reference engine, a separate
/// folder. `DIR` stands for that folder in cells and in their output.
final class Stage {
  private(set) var notebook: Notebook
  let folder: String

  /// A new notebook.
  ///
  /// - Parameter isInteractive: whether it behaves as at a prompt.
  init(isInteractive: Bool = true) throws {
    // The path has the same length everywhere, since lines with a path in them are wrapped.
    folder = "/tmp/alexnet-\(String(UInt32.random(in: 1 << 28 ... .max), radix: 16))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    var settings = Settings()
    (settings.engine, settings.isEngineChosen) = ("reference", true)
    settings.data = folder + "/no-data"
    settings.progressPath = folder + "/progress.json"
    settings.sessionsPath = folder + "/sessions"
    settings.cachePath = folder + "/cache"
    notebook = Notebook(
      host: QuietHost(isInteractive: isInteractive), settings: settings)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// Writes a file into the folder.
  func write(_ text: String, to name: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
  }

  /// Runs a line; returns the line after its prompt, and the output.
  func run(_ line: String) -> String {
    // Without the cell's number: adding or removing a cell should change nothing after it.
    let typed = (notebook.takesAnswer ? notebook.prompt : "> ") + line
    return [typed, shown(result(line))].filter { !$0.isEmpty }.joined(separator: "\n")
  }

  /// Runs a command as from a shell; returns the words and the output.
  func run(words: [String]) -> String {
    let typed = words.map { $0.contains(where: { " [|".contains($0) }) ? "'\($0)'" : $0 }
    return "$ alexnet \(typed.joined(separator: " "))\n" + shown(result(words: words))
  }

  /// The result of a line.
  func result(_ line: String) -> CellResult {
    notebook.run(line.replacing("DIR", with: folder))
  }

  /// The result of a command as from a shell.
  func result(words: [String]) -> CellResult {
    do {
      let reading = try CommandTable.notebook.read(words.map { $0.replacing("DIR", with: folder) })
      return notebook.run(reading)
    } catch {
      return CellResult(number: 1, output: Output(), shown: 0, failure: Failure(error))
    }
  }

  /// Runs lines, with an empty line between one and the next.
  func run(_ lines: [String]) -> String { lines.map { run($0) }.joined(separator: "\n\n") }

  private func shown(_ result: CellResult) -> String {
    let texts = [
      result.output.document.plainText, result.failure?.output.document.plainText ?? "",
    ]
    return texts.filter { !$0.isEmpty }.joined(separator: "\n").replacing(folder, with: "DIR")
  }
}
