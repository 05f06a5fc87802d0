import Basics
import Networks

/// The built-in studies.
public enum Experiments {
  /// Every study, in the order of the list.
  public static let all: [Experiment] = [
    .reluAgainstTanh, .reluAgainstTanhToday, .normalization, .overlappingPooling, .dropout, .depth,
    .augmentation,
    .initialization,
  ]

  /// The study by this name.
  ///
  /// - Throws: `RecipeError` if there is none.
  public static func experiment(named name: String) throws(RecipeError) -> Experiment {
    if let experiment = all.first(where: { $0.name == name }) { return experiment }
    let names = all.map(\.name)
    throw RecipeError(
      "", "unknown experiment ‘\(name.prefix(60))’",
      hint: Suggestion.didYouMean(name, among: names)
        ?? "the experiments are \(names.joined(separator: ", "))")
  }
}
