import ArgumentParser
import Cells

/// The program's root command: it opens the notebook, or runs one of its commands.
package struct AlexNetCommand: ProgramCommand {
  package static let configuration = CommandConfiguration(
    commandName: "alexnet",
    abstract: "A notebook that steps through AlexNet and explains where any number comes from.",
    discussion: """
      Without a command it opens the notebook; if standard input is a pipe, it runs the cells from \
      the pipe. Exit codes: 0 success, 1 a cell failed, 2 wrong usage.
      """,
    version: Version.line,
    subcommands: CommandTable.notebook.all)

  /// Cells to run instead of opening the notebook.
  @Option(
    name: .customShort("c"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp("Run a cell and exit; may be given several times.", valueName: "cell"))
  package var cells: [String] = []

  /// The options that every command takes.
  @OptionGroup package var options: GlobalOptions

  package init() {}
}
