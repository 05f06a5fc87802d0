import ArgumentParser
import Basics
import Cells
import Documents
import Training

/// Lists the built-in recipes.
package struct RecipesCommand: Command, HasGlobalOptions {
  /// The command's name and help.
  package static let configuration = CommandConfiguration(
    commandName: "recipes", abstract: "List the training recipes.")
  /// Examples for help and for tests.
  package static let examples: [Example] = [
    Example("recipes", "their names and networks", expect: "cuda-convnet-18")
  ]

  @OptionGroup package var options: GlobalOptions

  /// A command with its defaults.
  package init() {}

  /// Lists each recipe's name, network, number of epochs and title.
  package func run(in session: inout Session) throws -> Output {
    var table = Table([
      .init("recipe"), .init("network", drop: 1), .init("epochs", numeric: true),
      .init("", drop: 2),
    ])
    for recipe in Recipes.all {
      table.row([
        .name(recipe.name), Text(recipe.from == .needed ? "any" : recipe.network),
        Text(NumberFormat.grouped(recipe.epochs)),
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
      .faint("show one: ") + .name("recipe 80-seconds") + .faint(" · train: ")
        + .name("train --recipe 80-seconds"))
    return output
  }
}
