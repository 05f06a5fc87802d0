import Basics
import CLibrary
import TensorFiles

/// The trained networks in a folder: checkpoints, each with a card beside it that says how it was made.
package struct ShippedNetworks: Sendable {
  /// The folder.
  package let folder: String
  /// The networks' names: the files' names without `.safetensors`, in alphabetical order.
  package let names: [String]

  /// The network that is meant if nobody names one, if the folder has it.
  package static let preferred = "alexnet32"

  /// What is in a folder; nothing if it doesn't exist.
  package init(folder: String) {
    self.folder = folder
    let files = (try? FolderNames.list(folder, folder)) ?? []
    let ending = ".safetensors"
    names = files.filter { $0.hasSuffix(ending) && !$0.hasPrefix(".") }
      .map { String($0.dropLast(ending.count)) }.sorted()
  }

  /// The network that is meant if nobody names one: `alexnet32`, or the only one; nil if it could be
  /// any of several.
  package var standard: String? {
    names.contains(Self.preferred) ? Self.preferred : names.count == 1 ? names[0] : nil
  }

  /// The checkpoint of a network; nil if the folder doesn't have it.
  package func path(of name: String) -> String? {
    names.contains(name) ? "\(folder)/\(name).safetensors" : nil
  }

  /// The card of a network: `NAME.md` beside the checkpoint; nil if there is none.
  package func card(of name: String) -> NetworkCard? {
    names.contains(name) ? NetworkCard(path: "\(folder)/\(name).md") : nil
  }
}

/// The card of a trained network, a Markdown file that `Scripts/card` writes. Its first table states
/// facts: `| test error, single crop | 20.13% |`.
package struct NetworkCard: Hashable, Sendable {
  /// The facts by their names, without the marks of code.
  package let facts: [String: String]

  /// Reads a card; nil if the file can't be read or has no table.
  package init?(path: String) {
    guard let bytes = try? OpenFile.bytes(of: path, limit: 1 << 20),
      let text = String(validating: bytes, as: UTF8.self)
    else { return nil }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let table = lines.drop { !$0.hasPrefix("|") }.prefix { $0.hasPrefix("|") }
    var facts: [String: String] = [:]
    for line in table.dropFirst(2) {
      let cells = line.split(separator: "|").map { $0.replacing("`", with: "").trimmingSpaces() }
      if cells.count == 2 { facts[cells[0]] = cells[1] }
    }
    guard !facts.isEmpty else { return nil }
    self.facts = facts
  }
}
