import Cells
import Commands
import EngineChecks
import Figures
import Lessons
import Scaling
import Views

extension CommandTable {
  /// Every command, in the order of `help`.
  package static let notebook = CommandTable(
    program: AlexNetCommand.self,
    [
      Group(
        "step through the network",
        [
          NextCommand.self, PreviousCommand.self, GotoCommand.self, ForwardCommand.self,
          ResetCommand.self, BackwardCommand.self,
        ]),
      Group(
        "ask and look",
        [
          WhyCommand.self, OverlapCommand.self, ShowCommand.self, ViewCommand.self,
          ExploreCommand.self,
          ImageCommand.self, VerifyCommand.self,
        ]),
      Group(
        "the network",
        [
          NetworksCommand.self, NetworkCommand.self, SummaryCommand.self, DiffCommand.self,
          LoadCommand.self, SeedCommand.self,
        ]),
      Group(
        "what if",
        [
          SetCommand.self, RemoveCommand.self, InsertCommand.self, UndoCommand.self,
        ]),
      Group("data", [DataCommand.self]),
      Group(
        "train",
        [
          RecipesCommand.self, RecipeCommand.self, TrainCommand.self, PlotCommand.self,
          EvaluateCommand.self, PredictCommand.self, ExperimentCommand.self,
          ParallelCommand.self,
        ]),
      Group(
        "the paper and the proof",
        [
          PaperCommand.self, GoldenCommand.self, EnginesCommand.self, CompareCommand.self,
        ]),
      Group("lessons", [LessonCommand.self, ProgressCommand.self]),
      Group(
        "the session",
        [
          SaveCommand.self, OpenCommand.self, RunCommand.self, ExportCommand.self,
          HistoryCommand.self, RerunCommand.self, EditCommand.self,
        ]),
      Group(
        "the notebook",
        [
          HelpCommand.self, ClearCommand.self, BenchCommand.self,
          JupyterCommand.self, VersionCommand.self, QuitCommand.self,
        ]),
    ])
}
