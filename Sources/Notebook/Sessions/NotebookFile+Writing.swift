import Basics
import TensorFiles

extension NotebookFile {
  /// The text of the file, laid out as Jupyter writes it: one space per level, names in their order by
  /// alphabet, so that a version control system shows only what changed.
  package var text: String {
    var text = ""
    Self.write(json, to: &text, indent: 0)
    return text + "\n"
  }

  private var json: JSONValue {
    [
      "cells": .array(cells.map(\.json)), "metadata": .object(metadata), "nbformat": 4,
      "nbformat_minor": 5,
    ]
  }

  private static func write(_ value: JSONValue, to text: inout String, indent: Int) {
    let inner = "\n" + String(repeating: " ", clamping: indent + 1)
    let outer = "\n" + String(repeating: " ", clamping: indent)
    switch value {
    case .array(let values) where !values.isEmpty:
      for (place, value) in values.enumerated() {
        text += (place == 0 ? "[" : ",") + inner
        write(value, to: &text, indent: indent + 1)
      }
      text += outer + "]"
    case .object(let members) where !members.isEmpty:
      for (place, member) in members.sorted(by: { $0.name < $1.name }).enumerated() {
        text += (place == 0 ? "{" : ",") + inner + member.name.quotedAsJSON + ": "
        write(member.value, to: &text, indent: indent + 1)
      }
      text += outer + "}"
    default: text += value.text
    }
  }
}

extension NotebookFile.Cell {
  fileprivate var json: JSONValue {
    if case .object(var members)? = whole {
      members["id"] = .optional(identifier)
      return .object(members)
    }
    return [
      "cell_type": "code", "execution_count": number.map { .integer($0) } ?? .null,
      "id": .optional(identifier), "metadata": .object(metadata),
      "outputs": .array(outputs.map(Self.withLines)), "source": Self.lineList(source),
    ]
  }

  /// A text as the list of its lines, each with its line break.
  private static func lineList(_ text: String) -> JSONValue {
    var rows = text.split(separator: "\n", omittingEmptySubsequences: false).map { "\($0)\n" }
    if let last = rows.popLast(), last != "\n" { rows.append(String(last.dropLast())) }
    return .array(rows.map { .string($0) })
  }

  /// An output with its texts as lists of lines, which is how Jupyter stores them.
  private static func withLines(_ output: JSONValue) -> JSONValue {
    guard case .object(var members) = output else { return output }
    if let text = members["text"]?.stringValue { members["text"] = lineList(text) }
    if case .object(var data)? = members["data"] {
      for place in data.indices where !data[place].name.hasSuffix("json") {
        guard let text = data[place].value.stringValue, data[place].name != "image/png" else {
          continue
        }
        data[place].value = lineList(text)
      }
      members["data"] = .object(data)
    }
    return .object(members)
  }
}
