import ArgumentParser

/// Shows how far the learner has come.
public struct ProgressCommand: Command, HasGlobalOptions {
  /// Name and help.
  public static let configuration = CommandConfiguration(
    commandName: "progress",
    abstract: "Show how far you have come in the lessons.",
    discussion: """
      Progress is kept in $ALEXNET_PROGRESS, else in alexnet/progress.json in $XDG_STATE_HOME or \
      ~/.local/state, on macOS in ~/Library/Application Support.
      """)
  /// What people may type.
  public static let examples: [Example] = [
    Example("progress", "all lessons", expect: "lessons done"),
    .slip("progress 3", "there is nothing to choose", expect: "3"),
  ]

  @Flag(help: "Let lessons ask again where to go on.") var ask = false
  @OptionGroup var options: GlobalOptions

  /// A command with its defaults.
  public init() {}

  /// Shows all lessons.
  public func run(in session: inout Session) throws -> Output {
    var store = ProgressStore(path: session.settings.progressPath)
    if ask, let note = store.change({ $0.asks = true }) { throw Failure(.file, note) }
    return ProgressReport((try? LessonLibrary.known()) ?? [], store).output
  }
}
