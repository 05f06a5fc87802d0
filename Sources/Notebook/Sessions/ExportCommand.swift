import ArgumentParser
import Basics
import Cells
import Documents
import Lessons
import TensorFiles

/// Writes a report of the session: its cells and what they showed.
package struct ExportCommand: Command, HasGlobalOptions, WritesFiles {
  /// The forms of a report.
  package enum Form: CaseIterable {
    /// Markdown.
    case markdown
    /// A page that needs no other file.
    case html

    /// The file name extension.
    var ending: String {
      switch self {
      case .markdown: ".md"
      case .html: ".html"
      }
    }
  }

  /// The command's name and help.
  package static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write a report of the session: export FILE.html or FILE.md.",
    discussion: """
      The report has the cells, what they showed, and the seed. FILE.html is one page that needs no other \
      file and no network: its images are inside, it is light or dark as the reader's system is, and it \
      can be read on a phone. FILE.md is Markdown; images and charts are inside too, at the end of the \
      file. Images over 1 MB are scaled down, and outputs over 10,000 lines shortened. A report can't be \
      opened again: save FILE.ipynb writes a file that can. alexnet -c 'open FILE.ipynb' -c 'export \
      FILE.html' turns one into the other.
      """)
  /// Examples for help and for tests.
  package static let examples: [Example] = [
    .unrun("export session.html", "a page to read or to share"),
    .unrun("export session.md --title 'Pooling by hand'", "Markdown, with a title"),
    .slip("export session.html", "an empty session", expect: "no cell has run"),
    .slip(
      "export session.pdf", "another format", expect: ".html or .md", after: ["1 + 1"]),
    .slip(
      "export session.ipynb", "a notebook", expect: "save session.ipynb", after: ["1 + 1"]),
  ]

  @Argument(help: "FILE.html or FILE.md.", completion: .file(extensions: ["html", "md"]))
  var file: OutputFile
  @Option(help: ArgumentHelp("The report's title.", valueName: "text")) var title: String?
  @OptionGroup package var writing: WritingOptions
  @OptionGroup package var options: GlobalOptions

  /// A command with its defaults.
  package init() {}

  /// Writes the report.
  package func run(in session: inout Session) throws -> Output {
    guard let form = Form.allCases.first(where: { file.name.lowercased().hasSuffix($0.ending) })
    else {
      let saves = [".ipynb", ".alexnet"].contains { file.name.hasSuffix($0) }
      throw Failure(
        .usage, "\(quoted(file.name)): export writes files that end in .html or .md",
        hint: saves ? "save \(shellWord(file.name)) writes a file that can be opened again" : nil)
    }
    let report = SessionReport(session, title: title)
    guard report.count > 0 else { throw Failure.nothingToSave }
    let path = try writing.claim(file)
    let text =
      switch form {
      case .markdown: report.markdown
      case .html: report.html
      }
    try AtomicFile.write(text, to: path)
    var output = Output(json: ["file": .string(path), "cells": .integer(report.count)])
    output.line(
      "report: \(NumberFormat.count(report.count, "cell")), \(NumberFormat.bytes(text.utf8.count)), "
        + "written to " + .name(path), hang: 4)
    return output
  }
}
