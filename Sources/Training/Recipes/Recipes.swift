import Networks

/// The recipes that are known by name.
public enum Recipes {
  /// Every recipe, in the order in which they are listed.
  public static let all: [Recipe] = [
    .paper, .source2012, .cudaConvnet26, .cudaConvnet18, .cudaConvnet13, .cudaConvnet11, .adam,
    .eightySeconds, .alexnet32, .overfit,
  ]

  /// The recipe by this name.
  ///
  /// - Throws: `RecipeError` where none is called so.
  public static func recipe(named name: String) throws(RecipeError) -> Recipe {
    if let recipe = all.first(where: { $0.name == name }) { return recipe }
    let names = all.map(\.name)
    throw RecipeError(
      "", "there is no recipe called ‘\(name.prefix(60))’",
      hint: Suggestion.nearest(to: name, among: names).map { "did you mean \($0)?" }
        ?? "the recipes are \(names.joined(separator: ", "))")
  }
}
