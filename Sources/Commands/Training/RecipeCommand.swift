import ArgumentParser
import Cells
import Documents
import TensorFiles
import Training

/// Prints a training recipe, or writes it as JSON.
package struct RecipeCommand: Command, HasGlobalOptions, WritesFiles {
  /// The command's name and help.
  package static let configuration = CommandConfiguration(
    commandName: "recipe", abstract: "Print a recipe, field by field, with its source.",
    discussion: """
      To make a recipe of your own, write one as JSON with --file, change it, and train with it: \
      train --recipe mine.json. To change single fields, train --set field=value is enough; the fields \
      are those of the JSON.
      """)
  /// Examples for help and for tests.
  package static let examples: [Example] = [
    Example("recipe cuda-convnet-18", "its numbers and their source", expect: "momentum 0.9"),
    Example("recipe paper", "as the paper prints its training", expect: "0.0005"),
    .slip("recipe cuda-convnet-81", "an unknown name", expect: "cuda-convnet-18"),
  ]

  @Argument(help: "A name that recipes lists, or a JSON file.", completion: .file())
  var name: String
  @Option(help: ArgumentHelp("Write it as JSON.", valueName: "file"), completion: .file())
  var file: OutputFile?
  @OptionGroup package var writing: WritingOptions
  @OptionGroup package var options: GlobalOptions

  /// A command with its defaults.
  package init() {}

  /// The names of the built-in recipes.
  package static func completions(for words: [String], in session: Session) -> [String] {
    Recipes.all.map(\.name)
  }

  /// Prints the recipe, or writes it to `--file`.
  package func run(in session: inout Session) throws -> Output {
    let file = try file.map(writing.claim)
    let recipe = try Recipe(named: name)
    var output = Output(json: ["recipe": .string(recipe.name), "file": .optional(file)])
    if let file {
      try AtomicFile.write(recipe.json, to: file)
      output.line(.name(recipe.name) + " written to " + .name(file))
      return output
    }
    output.json = JSONValue(recipe)
    output.line(.name(recipe.name) + "  " + Text(recipe.title), hang: 4)
    RecipeReport(recipe).add(to: &output)
    output.line(.faint(recipe.source), indent: 2)
    return output
  }
}

extension Recipe {
  /// The built-in recipe of this name, or the recipe in this JSON file.
  ///
  /// - Throws: `RecipeError`, `FileError`.
  init(named name: String) throws {
    let isFile =
      name.hasSuffix(".json") || name.contains("/")
      || (!Recipes.all.contains { $0.name == name } && (try? OpenFile(name)) != nil)
    guard isFile else {
      self = try Recipes.recipe(named: name)
      return
    }
    if let other = FileKind.mismatch(path: name, wanted: .recipe) {
      throw Failure(.file, "\(printable(name)): \(other.reason)", hint: other.hint)
    }
    let bytes = try OpenFile.bytes(of: name, limit: 1_000_000)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw Failure(.file, "\(name) isn't UTF-8 text", hint: "recipe 80-seconds --file mine.json")
    }
    do {
      try self.init(json: text)
    } catch {
      throw Failure(.file, "\(name): \(error.message)", hint: error.hint)
    }
  }
}

extension JSONValue {
  /// A recipe's JSON, as in its file.
  init(_ recipe: Recipe) {
    self = (try? JSONParser.parse(Array(recipe.json.utf8))) ?? .null
  }
}
