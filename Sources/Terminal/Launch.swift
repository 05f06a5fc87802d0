import ArgumentParser
import Cells
import Commands
import Notebook

/// What the program was started for.
struct Launch {
  /// What to run.
  enum Mode: Equatable {
    /// The notebook, at a prompt or through a pipe.
    case notebook
    /// Cells from the command line.
    case cells([String])
    /// The cells of files.
    case scripts([String])
    /// One command.
    case command([String])
    /// Nothing but this text.
    case text(String)
  }

  let mode: Mode
  /// What the session begins with. A command applies its own options.
  var options = GlobalOptions.none
  let isJSON: Bool
  let colour: ColorChoice
  /// Whether everything is said in words alone.
  let isPlain: Bool
  /// Whether the command goes on with the lines that follow.
  var takesLines = false

  /// Reads the program's arguments.
  ///
  /// - Throws: `Failure` of kind `usage`.
  init(_ arguments: [String]) throws(Failure) {
    switch try CommandTable.notebook.read(arguments) {
    case .text(let text): (mode, isJSON, colour, isPlain) = (.text(text), false, .auto, false)
    case .help(let command?):
      mode = .command(["help", command.word])
      (isJSON, colour, isPlain) = (false, .auto, false)
    case .help(nil):
      mode = .text(AlexNetCommand.helpMessage())
      (isJSON, colour, isPlain) = (false, .auto, false)
    case .command(let parsed):
      let given = (parsed as? AlexNetCommand)?.options ?? .of(parsed)
      (isJSON, isPlain) = (given.json, given.plain)
      colour = given.plain ? .never : given.color ?? .auto
      if let root = parsed as? AlexNetCommand {
        mode = root.cells.isEmpty ? .notebook : .cells(root.cells)
        options = given
      } else if let script = parsed as? RunCommand {
        mode = .scripts(script.files)
        options = given
      } else {
        mode = .command(arguments)
        takesLines = (parsed as? any Command)?.takesLines ?? false
      }
    }
  }
}
