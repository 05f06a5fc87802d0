import Basics
import TensorFiles

/// A lesson as a Jupyter notebook, with the cells into which Jupytext splits it.
enum LessonNotebook {
  /// The notebook of a lesson's text. Nothing has run in it.
  static func text(of lesson: String) -> String {
    let all = lines(of: lesson).map(String.init)
    guard all.first == "---", let end = all.dropFirst().firstIndex(of: "---") else { return "" }
    // The notebook's own metadata say what the jupyter block says.
    let matter = all[1..<end]
    let block = matter.firstIndex { $0.hasPrefix("jupyter:") } ?? matter.endIndex
    let rest = matter[block...].dropFirst().firstIndex { $0.first?.isWhitespace == false }
    let kept = matter[..<block] + (rest.map { matter[$0...] } ?? [])
    var cells = [cell("raw", ["---"] + kept + ["---"], 0)]
    var (prose, place) = ([String](), end + 1)
    func endProse() {
      let text = prose.drop { $0.isEmpty }
      let length = (text.lastIndex { !$0.isEmpty } ?? text.startIndex - 1) + 1 - text.startIndex
      if length > 0 { cells.append(cell("markdown", Array(text.prefix(length)), cells.count)) }
      prose = []
    }
    var isFenced = false
    while place < all.count {
      let line = all[place]
      if !isFenced, line == "```alexnet",
        let close = all[place...].firstIndex(of: "```")
      {
        endProse()
        cells.append(cell("code", Array(all[(place + 1)..<close]), cells.count))
        place = close + 1
        continue
      }
      if line.hasPrefix("```") { isFenced.toggle() }
      prose.append(line)
      place += 1
    }
    endProse()
    let notebook: JSONValue = [
      "cells": .array(cells), "metadata": metadata, "nbformat": 4, "nbformat_minor": 5,
    ]
    return notebook.text + "\n"
  }

  private static func cell(_ kind: String, _ rows: [String], _ place: Int) -> JSONValue {
    let source = rows.enumerated().map { index, row in
      JSONValue.string(index == rows.count - 1 ? row : row + "\n")
    }
    var members: [JSONValue.Member] = [
      .init(name: "cell_type", value: .string(kind)),
      .init(name: "id", value: .string("cell-\(place)")),
      .init(name: "metadata", value: [:]), .init(name: "source", value: .array(source)),
    ]
    if kind == "code" {
      members += [
        .init(name: "execution_count", value: .null), .init(name: "outputs", value: []),
      ]
    }
    return .object(members)
  }

  private static let metadata: JSONValue = [
    "jupytext": [
      "custom_language_magics": "alexnet",
      "notebook_metadata_filter": "-jupytext.text_representation.jupytext_version",
      "text_representation": [
        "extension": ".md", "format_name": "markdown", "format_version": "1.3",
      ],
    ],
    "kernelspec": ["display_name": "AlexNet", "language": "alexnet", "name": "alexnet"],
  ]
}
