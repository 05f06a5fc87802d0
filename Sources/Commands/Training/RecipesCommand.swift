import ArgumentParser
import Basics
import Cells
import Documents
import Training

/// Lists the recipes.
package struct RecipesCommand: Command, HasGlobalOptions {
  /// Name and help.
  package static let configuration = CommandConfiguration(
    commandName: "recipes", abstract: "List the ways of training that have a name.")
  /// What people may type.
  package static let examples: [Example] = [
    Example("recipes", "the names and what they train", expect: "cuda-convnet-18")
  ]

  @OptionGroup package var options: GlobalOptions

  /// A command with its defaults.
  package init() {}

  /// Lists them.
  package func run(in session: inout Session) throws -> Output {
    var table = Table([
      .init("recipe"), .init("network", drop: 1), .init("epochs", numeric: true),
      .init("", drop: 2),
    ])
    for recipe in Recipes.all {
      table.row([
        .name(recipe.name), Text(recipe.network), Text(NumberFormat.grouped(recipe.epochs)),
        .faint(recipe.title),
      ])
    }
    var output = Output(
      json: [
        "recipes": .array(
          Recipes.all.map {
            [
              "name": .string($0.name), "title": .string($0.title), "network": .string($0.network),
              "epochs": .integer($0.epochs),
            ]
          })
      ])
    output.table(table)
    output.line(
      .faint("one of them: ") + .name("recipe 80-seconds") + .faint(" · train: ")
        + .name("train --recipe 80-seconds"))
    return output
  }
}
