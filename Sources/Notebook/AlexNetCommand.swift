import ArgumentParser
import Cells

/// The program itself: a notebook, or one command of it.
package struct AlexNetCommand: ProgramCommand {
  /// Name, help and commands.
  package static let configuration = CommandConfiguration(
    commandName: "alexnet",
    abstract: "A notebook that steps through AlexNet and says where any number comes from.",
    discussion: """
      Without a command it opens the notebook; where standard input is a pipe it runs the cells that \
      come through it. Exit codes: 0 success, 1 a cell failed, 2 wrong usage.
      """,
    version: Version.line,
    subcommands: CommandTable.notebook.all)

  /// Cells to run instead of opening the notebook.
  @Option(
    name: .customShort("c"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp("Run a cell and leave; may be given several times.", valueName: "cell"))
  package var cells: [String] = []

  /// The options that every command takes.
  @OptionGroup package var options: GlobalOptions

  /// The program without a command.
  package init() {}
}
