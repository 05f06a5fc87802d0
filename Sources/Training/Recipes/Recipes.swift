import Basics
import Networks

/// The built-in recipes.
package enum Recipes {
  /// Every recipe, in the order of the list.
  package static let all: [Recipe] = [
    .paper, .source2012, .cudaConvnet26, .cudaConvnet18, .cudaConvnet13, .cudaConvnet11, .adam,
    .eightySeconds, .fiveMinutes, .alexnet32, .overfit, .fineTune,
  ]

  /// The recipe with this name.
  ///
  /// - Throws: `RecipeError` if there is none.
  package static func recipe(named name: String) throws(RecipeError) -> Recipe {
    try builtIn("recipe", name, of: all, name: \.name)
  }
}

/// The built-in thing by this name.
///
/// - Parameters:
///   - kind: the noun for one of them; with an s it is the noun for all.
///   - name: the name that was asked for.
///   - all: what there is.
///   - nameOf: the name of each.
/// - Throws: `RecipeError` if there is none.
func builtIn<T>(
  _ kind: String, _ name: String, of all: [T], name nameOf: (T) -> String
) throws(RecipeError) -> T {
  if let found = all.first(where: { nameOf($0) == name }) { return found }
  throw RecipeError(
    "", "unknown \(kind) ‘\(name.prefix(60))’",
    hint: Suggestion.didYouMean(name, among: all.map(nameOf), else: "the \(kind)s are"))
}
