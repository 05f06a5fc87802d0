import Basics
import Layers
import TensorFiles
import Tensors

/// One change to a network, as the user asks for it.
public enum NetworkEdit: Hashable, Sendable {
  /// Sets a field of a layer (`conv1.stride`) or of the whole network: `input` (rows and columns of
  /// the image), `classes`, `rounding`, `activation`, `convention`.
  case set(path: String, value: FieldValue)
  /// Removes a layer.
  case remove(layer: String)
  /// Inserts a new layer after another, or after `input` as the first. Fields that aren't given get
  /// the usual values of the kind.
  case insert(after: String, kind: String, fields: [FieldSetting])
}

/// A field and its new value.
public struct FieldSetting: Hashable, Sendable {
  /// The field's name: `stride`.
  public let name: String
  /// The value.
  public let value: FieldValue

  /// Sets this field to this value.
  public init(_ name: String, _ value: FieldValue) {
    self.name = name
    self.value = value
  }
}

/// Why a network can't be changed in this way, in one line.
public struct EditError: DescribedError, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong, with the offending text.
  public let message: String
  /// How to fix it, if known.
  public let hint: String?
  /// The layer that wouldn't fit in the changed network, if that is the reason.
  public let shapeError: NetworkShapeError?

  init(_ message: String, hint: String? = nil) {
    self.message = message
    self.hint = hint
    shapeError = nil
  }

  init(_ shapeError: NetworkShapeError) {
    message = shapeError.message
    hint = shapeError.hint
    self.shapeError = shapeError
  }

  /// Always `.network`.
  public var kind: ErrorKind { .network }

  /// The message and the hint.
  public var description: String { hint.map { "\(message); \($0)" } ?? message }
}

extension Network {
  /// What `set` accepts besides `LAYER.FIELD`.
  public static let settings = ["input", "classes", "rounding", "activation", "convention"]

  /// A copy of the network with this change.
  ///
  /// A change after which the layers wouldn't fit is an error. Labels are dropped if their number
  /// no longer equals the number of outputs.
  ///
  /// - Throws: `EditError` with the valid names if one is unknown.
  public func applying(_ edit: NetworkEdit) throws(EditError) -> Network {
    var network = self
    switch edit {
    case .set(let path, let value): try network.set(path, value)
    case .remove(let layer):
      network.layers.remove(at: try require(layer: layer))
      guard !network.layers.isEmpty else {
        throw EditError("\(layer) is the last layer: a network has at least one")
      }
    case .insert(let after, let kind, let fields):
      try network.insert(after: after, kind: kind, fields: fields)
    }
    do throws(NetworkShapeError) {
      let outputs = try network.geometry().last?.output.withoutBatch.count
      if network.labels?.count != outputs { network.labels = nil }
    } catch {
      throw EditError(error)
    }
    return network
  }

  /// The fields that `set` takes for a layer.
  public func fieldNames(of layer: String) -> [String] {
    index(of: layer).map { layers[$0].layer.kind.fields.map(\.name) } ?? []
  }

  private mutating func set(_ path: String, _ value: FieldValue) throws(EditError) {
    guard let dot = path.firstIndex(of: ".") else { return try setWhole(path, value) }
    let index = try require(layer: String(path[..<dot]))
    try layers[index].set(String(path[path.index(after: dot)...]), to: value)
  }

  /// The position of a layer, or an error with the existing names.
  func require(layer name: String) throws(EditError) -> Int {
    if let index = index(of: name) { return index }
    let names = layers.map(\.name)
    let near = Suggestion.allNearest(to: name, among: names)
    throw EditError(
      "\(self.name) has no layer ‘\(brief(name))’",
      hint: near.count == 1
        ? "did you mean \(near[0])?" : "its layers are \(names.joined(separator: ", "))")
  }
}

extension NamedLayer {
  /// Sets a field by its name.
  mutating func set(_ name: String, to value: FieldValue) throws(EditError) {
    let kind = layer.kind
    guard let field = kind.field(named: name) else {
      let known = kind.fields.map(\.name)
      guard !known.isEmpty else {
        throw EditError("\(self.name) is a \(kind.title) layer, which has no settings")
      }
      throw EditError(
        "\(self.name) has no field ‘\(brief(name))’",
        hint: [
          Suggestion.didYouMean(name, among: known),
          "its fields are \(known.joined(separator: ", "))",
        ].compactMap(\.self).joined(separator: " "))
    }
    do throws(FieldProblem) {
      try field.write(&self, value)
    } catch {
      throw EditError(
        "\(self.name).\(field.name) takes \(error.expected), not ‘\(brief("\(value)"))’",
        hint: error.suggestion)
    }
  }
}

/// What the user typed, short enough for one line of a message.
func brief(_ text: String) -> String { printable(text, limit: 60) }
