import ArgumentParser
import Basics
import Cells
import Documents
import Networks
import TensorFiles
import Training
import WeightFiles

/// Whose names the tensors of a file get.
enum WeightNames: String, CaseIterable, ExpressibleByArgument {
  case own, torchvision
}

/// Writes the session's cells, or the weights, to a file.
package struct SaveCommand: Command, HasGlobalOptions, WritesFiles {
  /// The command's name and help.
  package static let configuration = CommandConfiguration(
    commandName: "save",
    abstract: "Write the session: save FILE.ipynb; the weights: save weights FILE.safetensors.",
    discussion: """
      FILE.ipynb is a Jupyter notebook: the cells, what they showed, and the seed. FILE.alexnet is text: \
      the cells as you typed them, without their output and without those that failed, and the seed. \
      open FILE opens either again, run FILE runs its cells. In a notebook cells are numbered from 1, \
      without those about the session itself (help, save, history, …), and out[N] is changed to match; \
      images over 1 MB are scaled down, and outputs over 10,000 lines shortened.

      export writes reports, lesson save FILE.md makes a lesson of the session, and network save \
      FILE.json writes only the layers.

      If the weights were loaded from a checkpoint, save weights writes a checkpoint too: with the \
      network, its classes and the preparation of its images, without the optimizer's state. Otherwise \
      the file holds only the weights by name (conv1.weight). PyTorch reads both. With --names \
      torchvision, the weights of alexnet-owt get the names that torchvision's AlexNet has: \
      model.load_state_dict(safetensors.torch.load_file(FILE)) loads them. --half rounds the weights to \
      half precision, which halves the file.
      """)
  /// Examples for help and for tests.
  package static let examples: [Example] = [
    .unrun("save session.ipynb", "the session as a notebook, with what the cells showed"),
    .unrun("save session.alexnet", "only the cells, as text"),
    .unrun("save weights mine.safetensors", "the weights as they are now"),
    .unrun("save session.ipynb --overwrite", "again, with the cells since then"),
    .unrun(
      "save weights mine.safetensors --names torchvision --network alexnet-owt",
      "for torchvision's AlexNet"),
    .unrun("save weights mine.safetensors --half", "in half precision"),
    .slip(
      "save weights mine.safetensors --names torchvision",
      "a network that torchvision doesn't have",
      expect: "alexnet-owt"),
    .slip("save session.txt", "an unknown file name extension", expect: "save session.alexnet"),
    .slip("save weights", "without a file", expect: "save weights mine.safetensors"),
    .slip("save weights mine.pt", "another program's format", expect: ".safetensors"),
    .slip("save session.alexnet", "an empty session", expect: "no cell has run"),
    .slip("save session.ipynb", "an empty session", expect: "no cell has run"),
    .slip("save session.md", "a report", expect: "export session.md"),
  ]

  @Argument(help: "FILE.ipynb, FILE.alexnet, or weights.", completion: .file()) var what: String
  @Argument(help: "For weights: the safetensors file.", completion: .file()) var file: OutputFile?
  @Option(
    help: ArgumentHelp("For weights: own or torchvision.", valueName: "names"),
    completion: .list(WeightNames.allCases.map(\.rawValue)))
  var names: WeightNames?
  @Flag(help: "For weights: round them to half precision (float16).") var half = false
  @OptionGroup package var writing: WritingOptions
  @OptionGroup package var options: GlobalOptions

  /// A command with its defaults.
  package init() {}

  /// `weights`, besides files.
  package static func completions(for words: [String], in session: Session) -> [String] {
    words.count <= 2 ? ["weights"] : []
  }

  /// Writes the cells or the weights, depending on the file name extension and the word `weights`.
  package func run(in session: inout Session) throws -> Output {
    if names != nil || half, what != "weights" {
      let option = half ? "--half" : "--names torchvision"
      throw Failure(
        .usage, "\(half ? "--half" : "--names") is for weights",
        hint: "save weights mine.safetensors \(option)")
    }
    switch (what, file) {
    case ("weights", let file?):
      guard file.name.hasSuffix(".safetensors") else { throw Self.unknown(file.name) }
      return try saveWeights(to: file, in: &session)
    case ("weights", nil):
      throw Failure(.usage, "save to which file?", hint: "save weights mine.safetensors")
    case (let name, nil) where name.hasSuffix(".alexnet"):
      return try saveCells(to: OutputFile(name), of: &session)
    case (let name, nil) where NotebookFile.isNamed(name):
      return try saveNotebook(to: OutputFile(name), of: &session)
    case (let name, nil) where name.hasSuffix(".safetensors"):
      // An earlier version could only save weights, without the word.
      var output = try saveWeights(to: OutputFile(name), in: &session)
      output.line(
        .notice("note: ") + "type " + .name("save weights \(shellWord(name))")
          + "; the next version will require the word weights.", hang: 6)
      return output
    case (let name, nil): throw Self.unknown(name)
    case (let name, let file?):
      throw Failure(
        .usage, "save takes one file, not \(quoted(name)) and \(quoted(file.name))",
        hint: Self.possible)
    }
  }

  private static let possible =
    "save session.ipynb or save session.alexnet writes the cells, "
    + "save weights mine.safetensors the weights, "
    + "lesson save mine.md a lesson, network save mine.json the layers"

  private static func unknown(_ name: String) -> Failure {
    let report = ExportCommand.Form.allCases.first { name.hasSuffix($0.ending) }
    return Failure(
      .usage, "\(quoted(name)): save writes files that end in .ipynb, .alexnet or .safetensors",
      hint: report.map { _ in "export \(shellWord(name)) writes a report" } ?? possible)
  }

  private func saveWeights(to file: OutputFile, in session: inout Session) throws -> Output {
    let geometry = try session.geometry()
    if names == .torchvision, !NameMap.isTorchvision(geometry) {
      throw Failure(
        .network,
        "torchvision's names are for the layers of alexnet-owt, not \(session.network.name)",
        hint: "network alexnet-owt, or leave out --names")
    }
    let path = try writing.claim(file)
    let count = geometry.reduce(0) { $0 + $1.parameterCount }
    if names == .torchvision {
      try session.weights.save(
        session.network, to: path, format: "pt", asHalf: half,
        cancellation: session.host.cancellation
      ) { layer, parameter in
        NameMap.torchvision.name(of: parameter, in: layer, geometry) ?? layer.name(of: parameter)
      }
    } else if names == nil, let trained = session.trainedAsItStands {
      for (name, tensor) in trained.parameters where half {
        guard let reason = tensor.tooLargeForHalf else { continue }
        throw Failure(.file, "\(name)\(reason)", hint: "leave out --half")
      }
      try Checkpoint(trained, contents: .weights).write(to: path, asHalf: half)
    } else {
      try session.weights.save(
        session.network, to: path, asHalf: half, cancellation: session.host.cancellation)
    }
    var output = Output(json: ["file": .string(path), "parameters": .integer(count)])
    output.line(
      "weights: \(NumberFormat.count(count, "parameter"))\(half ? " in half precision" : "") "
        + "written to " + .name(path), hang: 4)
    return output
  }

  private func saveCells(to file: OutputFile, of session: inout Session) throws -> Output {
    guard let saved = SavedSession(session) else { throw Failure.nothingToSave }
    let path = try writing.claim(file)
    try AtomicFile.write(saved.text, to: path)
    return written(path, saved.cells.count, saved.seed, of: &session)
  }

  private func saveNotebook(to file: OutputFile, of session: inout Session) throws -> Output {
    let notebook = try NotebookFile(session)
    let path = try writing.claim(file)
    try AtomicFile.write(notebook.text, to: path)
    let count = notebook.cells.count(where: \.isCode)
    return written(path, count, session.record.seed, of: &session)
  }

  private func written(
    _ path: String, _ count: Int, _ seed: UInt64, of session: inout Session
  ) -> Output {
    session.record.unsaved = 0
    var output = Output(json: ["file": .string(path), "cells": .integer(count)])
    output.line(
      "session: \(NumberFormat.count(count, "cell")) and seed \(seed) written to " + .name(path))
    // Jupyter opens notebooks itself; the command works at the prompt.
    let place = session.countsCells ? "to open it again: " : "to open it at the prompt: "
    output.line(.faint(place) + .name("open \(shellWord(path))"))
    let stale = session.record.cells.filter { $0.state == .stale }.map(\.number)
    if !stale.isEmpty {
      output.line(
        .notice("note: ") + "\(Session.list(stale)) may show something else when all cells run; "
          + .name("rerun") + " runs what is stale", hang: 6)
    }
    return output
  }
}
