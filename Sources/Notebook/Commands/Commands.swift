import ArgumentParser

/// Every command of the notebook. Help, completion and the shell derive from these lists.
public enum Commands {
  /// Commands that belong together, as `help` lists them.
  public struct Group: Sendable {
    /// What they are for.
    public var title: String
    /// The commands, in the order in which one meets them.
    public var commands: [any Command.Type]
  }

  /// The commands by what they are for.
  public static let groups: [Group] = [
    Group(
      title: "step through the network",
      commands: [
        NextCommand.self, PreviousCommand.self, GotoCommand.self, ForwardCommand.self,
        ResetCommand.self, BackwardCommand.self,
      ]),
    Group(
      title: "ask and look",
      commands: [
        WhyCommand.self, OverlapCommand.self, ShowCommand.self, ViewCommand.self,
        ImageCommand.self, VerifyCommand.self,
      ]),
    Group(
      title: "the network",
      commands: [
        NetworksCommand.self, NetworkCommand.self, SummaryCommand.self, DiffCommand.self,
        LoadCommand.self, SaveCommand.self, SeedCommand.self,
      ]),
    Group(
      title: "what if",
      commands: [
        SetCommand.self, RemoveCommand.self, InsertCommand.self, UndoCommand.self,
      ]),
    Group(title: "data", commands: [DataCommand.self]),
    Group(
      title: "train",
      commands: [
        RecipesCommand.self, RecipeCommand.self, TrainCommand.self, PlotCommand.self,
        EvaluateCommand.self, PredictCommand.self, ExperimentCommand.self,
      ]),
    Group(
      title: "the paper and the proof",
      commands: [
        PaperCommand.self, GoldenCommand.self, EnginesCommand.self, CompareCommand.self,
      ]),
    Group(title: "lessons", commands: [LessonCommand.self, ProgressCommand.self]),
    Group(
      title: "the notebook",
      commands: [
        HelpCommand.self, RunCommand.self, BenchCommand.self, VersionCommand.self,
        QuitCommand.self,
      ]),
  ]

  /// Every command.
  public static let all: [any ParsableCommand.Type] = groups.flatMap(\.commands)

  /// The words that begin a command; they cannot be bound as variables.
  public static let names = Set(
    groups.flatMap(\.commands).flatMap { [$0.word] + $0.configuration.aliases })

  /// The words worth proposing for a mistyped one: not `q`, which ends the session.
  static let proposals = names.filter { $0.count > 1 }.sorted()

  /// The command by a word.
  public static func named(_ word: String) -> (any Command.Type)? {
    groups.flatMap(\.commands).first {
      $0.word == word || $0.configuration.aliases.contains(word)
    }
  }
}
