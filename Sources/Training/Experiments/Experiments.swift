import Basics
import Networks

/// The built-in studies.
package enum Experiments {
  /// Every study, in the order of the list.
  package static let all: [Experiment] = [
    .reluAgainstTanh, .reluAgainstTanhToday, .normalization, .overlappingPooling, .dropout, .depth,
    .augmentation, .initialization, .deepInitialization, .batchNormalization, .smallFilters,
  ]

  /// The study with this name.
  ///
  /// - Throws: `RecipeError` if there is none.
  package static func experiment(named name: String) throws(RecipeError) -> Experiment {
    try builtIn("experiment", name, of: all, name: \.name)
  }
}
