import Basics
import TensorFiles

/// What a recipe says about trained weights that a run starts from, instead of drawing them all.
package enum StartingWeights: Hashable, Sendable {
  /// It needs some, which `train --from` names.
  case needed
  /// These, by the name that `--from` gave them and the SHA-256 of the file.
  case file(name: String, digest: String)

  /// The name; nil if there is none so far.
  package var name: String? { if case .file(let name, _) = self { name } else { nil } }

  var json: JSONValue {
    switch self {
    case .needed: "weights"
    case .file(let name, let digest): ["name": .string(name), "sha256": .string(digest)]
    }
  }

  init(_ json: RecipeValue) throws(RecipeError) {
    if json.json == .string("weights") {
      self = .needed
      return
    }
    let members = try json.members(["name", "sha256"])
    let digest = try members["sha256"]!.text()
    guard digest.utf8.count == 64, digest.utf8.allSatisfy({ "0123456789abcdef".utf8.contains($0) })
    else { throw members["sha256"]!.takes("64 hexadecimal digits") }
    self = .file(name: try members["name"]!.text(), digest: digest)
  }
}
