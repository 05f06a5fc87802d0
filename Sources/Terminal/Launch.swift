import Notebook

/// What the program was started for.
struct Launch {
  /// What to run.
  enum Mode: Equatable {
    /// The notebook, at a prompt or through a pipe.
    case notebook
    /// Cells from the command line.
    case cells([String])
    /// One command.
    case command([String])
  }

  /// Why the program was started wrongly, or that help was asked for.
  struct Refusal: Error {
    /// What to print.
    var message: String
    /// 0 for help, 2 for wrong usage.
    var exitCode: Int32
  }

  let mode: Mode
  let options: GlobalOptions
  let isJSON: Bool
  let colour: ColorChoice

  /// Reads the program's arguments.
  init(_ arguments: [String]) throws(Refusal) {
    do {
      let parsed = try AlexNetCommand.parseAsRoot(arguments)
      if let root = parsed as? AlexNetCommand {
        mode = root.cells.isEmpty ? .notebook : .cells(root.cells)
        options = root.options
        (isJSON, colour) = (root.options.json, root.options.color ?? .auto)
      } else {
        mode = .command(arguments)
        let given = GlobalOptions.of(parsed)
        // The command applies its own options; here only what concerns the front end is taken.
        options = .none
        (isJSON, colour) = (given.json, given.color ?? .auto)
      }
    } catch {
      // ArgumentParser's own code for wrong usage is 64; here it is 2.
      let isHelp = AlexNetCommand.exitCode(for: error) == .success
      throw Refusal(
        message: isHelp
          ? AlexNetCommand.message(for: error) : AlexNetCommand.fullMessage(for: error),
        exitCode: isHelp ? 0 : 2)
    }
  }
}
