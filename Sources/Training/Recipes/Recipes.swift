import Basics
import Networks

/// The built-in recipes.
package enum Recipes {
  /// Every recipe, in the order of the list.
  package static let all: [Recipe] = [
    .paper, .source2012, .cudaConvnet26, .cudaConvnet18, .cudaConvnet13, .cudaConvnet11, .adam,
    .eightySeconds, .alexnet32, .overfit,
  ]

  /// The recipe with this name.
  ///
  /// - Throws: `RecipeError` if there is none.
  package static func recipe(named name: String) throws(RecipeError) -> Recipe {
    if let recipe = all.first(where: { $0.name == name }) { return recipe }
    let names = all.map(\.name)
    throw RecipeError(
      "", "unknown recipe ‘\(name.prefix(60))’",
      hint: Suggestion.didYouMean(name, among: names)
        ?? "the recipes are \(names.joined(separator: ", "))")
  }
}
