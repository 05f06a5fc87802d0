import ArgumentParser

/// The program itself: a notebook, or one command of it.
public struct AlexNetCommand: ParsableCommand {
  /// Name, help and commands.
  public static let configuration = CommandConfiguration(
    commandName: "alexnet",
    abstract: "A notebook that steps through AlexNet and says where any number comes from.",
    discussion: """
      Without a command it opens the notebook; where standard input is a pipe it runs the cells that \
      come through it. Exit codes: 0 success, 1 a cell failed, 2 wrong usage.
      """,
    version: Version.line,
    subcommands: Commands.all)

  /// Cells to run instead of opening the notebook.
  @Option(
    name: .customShort("c"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp("Run a cell and leave; may be given several times.", valueName: "cell"))
  public var cells: [String] = []

  /// The options that every command takes.
  @OptionGroup public var options: GlobalOptions

  /// The program without a command.
  public init() {}
}

/// The program's own version.
public enum Version {
  /// The version, as `CHANGELOG.md` has it.
  public static let number = "0.1.0"
  /// One line for `--version`.
  public static let line = "alexnet \(number)"
}
