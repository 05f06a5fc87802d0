import ArgumentParser
import Basics
import Cells
import Documents
import Networks
import TensorFiles
import Training

/// Writes the session's cells, or the weights, to a file.
package struct SaveCommand: Command, HasGlobalOptions, WritesFiles {
  /// Name and help.
  package static let configuration = CommandConfiguration(
    commandName: "save",
    abstract: "Write the session: save FILE.alexnet; the weights: save weights FILE.safetensors.",
    discussion: """
      FILE.alexnet is text: the cells as you typed them, without what they printed, and the seed. \
      run FILE.alexnet runs them again. lesson save FILE.md makes a lesson of the session, with what \
      the cells printed; network save FILE.json writes the layers alone.

      save weights writes what load read from a checkpoint as a checkpoint: with the network, its \
      classes and the preparation of its images, without the optimizer's memory. Other weights are \
      written under their names (conv1.weight) alone. PyTorch reads both.
      """)
  /// What people may type.
  package static let examples: [Example] = [
    .unrun("save session.alexnet", "the cells that were typed"),
    .unrun("save weights mine.safetensors", "the weights as they are"),
    .slip("save session.txt", "another ending", expect: "save session.alexnet"),
    .slip("save weights", "without a file", expect: "save weights mine.safetensors"),
    .slip("save weights mine.pt", "another program's format", expect: ".safetensors"),
    .slip("save session.alexnet", "nothing was typed", expect: "no cell has run"),
  ]

  @Argument(help: "FILE.alexnet, or weights.", completion: .file()) var what: String
  @Argument(help: "For weights: the safetensors file.", completion: .file()) var file: OutputFile?
  @OptionGroup package var writing: WritingOptions
  @OptionGroup package var options: GlobalOptions

  /// A command with its defaults.
  package init() {}

  /// What else may stand there.
  package static func completions(for words: [String], in session: Session) -> [String] {
    words.count <= 2 ? ["weights"] : []
  }

  /// Writes what the words say.
  package func run(in session: inout Session) throws -> Output {
    switch (what, file) {
    case ("weights", let file?):
      guard file.name.hasSuffix(".safetensors") else { throw Self.unknown(file.name) }
      return try saveWeights(to: file, in: &session)
    case ("weights", nil):
      throw Failure(.usage, "into which file?", hint: "save weights mine.safetensors")
    case (let name, nil) where name.hasSuffix(".alexnet"):
      return try saveCells(to: OutputFile(name), of: session)
    case (let name, nil) where name.hasSuffix(".safetensors"):
      // What the command was before it could write more than weights.
      var output = try saveWeights(to: OutputFile(name), in: &session)
      output.line(
        .notice("note: ") + "type " + .name("save weights \(shellWord(name))")
          + "; the next version no longer takes it without the word weights.", hang: 6)
      return output
    case (let name, nil): throw Self.unknown(name)
    case (let name, let file?):
      throw Failure(
        .usage, "save takes one file, not \(quoted(name)) and \(quoted(file.name))",
        hint: Self.possible)
    }
  }

  private static let possible =
    "save session.alexnet writes the cells, save weights mine.safetensors the weights, "
    + "lesson save mine.md a lesson, network save mine.json the layers"

  private static func unknown(_ name: String) -> Failure {
    Failure(
      .usage, "\(quoted(name)): save writes files that end in .alexnet or .safetensors",
      hint: possible)
  }

  private func saveWeights(to file: OutputFile, in session: inout Session) throws -> Output {
    let path = try writing.claim(file)
    let count = try session.geometry().reduce(0) { $0 + $1.parameterCount }
    if let trained = session.trainedAsItStands {
      try Checkpoint(trained, contents: .weights).write(to: path)
    } else {
      try session.weights.save(
        session.network, to: path, cancellation: session.host.cancellation)
    }
    var output = Output(json: ["file": .string(path), "parameters": .integer(count)])
    output.line("weights: \(Numerals.count(count, "parameter")) written to " + .name(path))
    return output
  }

  private func saveCells(to file: OutputFile, of session: Session) throws -> Output {
    guard let saved = SavedSession(session) else {
      throw Failure(.order, "no cell has run that could be saved", hint: "next, say")
    }
    let path = try writing.claim(file)
    try AtomicFile.write(saved.text, to: path)
    let count = saved.cells.count
    var output = Output(json: ["file": .string(path), "cells": .integer(count)])
    output.line(
      "session: \(Numerals.count(count, "cell")) and seed \(saved.seed) written to "
        + .name(path))
    output.line(.faint("to run them again: ") + .name("run \(shellWord(path))"))
    return output
  }
}
