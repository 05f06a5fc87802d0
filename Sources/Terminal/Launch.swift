import ArgumentParser
import Cells
import Commands
import Notebook

/// What the program was started to do.
struct Launch {
  /// What to run.
  enum Mode {
    /// The notebook, at a prompt or with cells from a pipe.
    case notebook
    /// Cells given on the command line.
    case cells([String])
    /// Cells from files.
    case scripts([String])
    /// The notebook, after a command that opens a saved session.
    case session(CommandTable.Reading)
    /// A single command.
    case command(CommandTable.Reading)
    /// Nothing: only print this text.
    case text(String)
  }

  let mode: Mode
  /// The session's initial options. A command applies its own options itself.
  var options = GlobalOptions.none
  let isJSON: Bool
  let colour: ColorChoice
  let graphics: GraphicsChoice
  /// Whether output is text only, for screen readers.
  let isPlain: Bool
  /// Whether the command reads the lines that follow, as a lesson does.
  var takesLines = false

  /// Parses the program's arguments.
  ///
  /// - Throws: `Failure` of kind `usage`.
  init(_ arguments: [String]) throws(Failure) {
    let reading = try CommandTable.notebook.read(arguments)
    switch reading {
    case .text(let text):
      (mode, isJSON, colour, graphics, isPlain) = (.text(text), false, .auto, .auto, false)
    case .help:
      (mode, isJSON, colour, graphics, isPlain) = (.command(reading), false, .auto, .auto, false)
    case .command(let parsed):
      let given = (parsed as? AlexNetCommand)?.options ?? .of(parsed)
      (isJSON, isPlain) = (given.json, given.plain)
      colour = given.plain ? .never : given.color ?? .auto
      graphics = given.graphics ?? .auto
      if let root = parsed as? AlexNetCommand {
        mode = root.cells.isEmpty ? .notebook : .cells(root.cells)
        takesLines = root.cells.isEmpty
        options = given
      } else if parsed is OpenCommand {
        mode = .session(reading)
        takesLines = true
      } else if let script = parsed as? RunCommand, !script.check, !script.files.isEmpty {
        mode = .scripts(script.files)
        options = given
      } else {
        mode = .command(reading)
        takesLines = (parsed as? any Command)?.takesLines ?? false
      }
    }
  }
}
