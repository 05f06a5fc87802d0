import Layers
import Tensors

/// The consequences of a change to a network.
public struct Changes: Hashable, Sendable {
  /// The original network compared with the changed one.
  public let difference: NetworkDifference
  /// The windows that now leave a remainder, or a different one.
  public let notes: [FitNote]
  /// The layers that keep their weights.
  public let keepsWeights: [String]
  /// The layers whose weights are drawn again: their shapes, initialization or names changed, or
  /// they were inserted.
  public let initializedAnew: [String]

  /// The layers that have different settings, or were moved or renamed.
  public var changed: [NetworkDifference.Row] {
    difference.rows.filter {
      $0.first != nil && $0.second != nil && (!$0.fields.isEmpty || $0.moved || $0.isRenamed)
    }
  }
  /// The inserted layers.
  public var inserted: [NetworkDifference.Row] { difference.rows.filter { $0.first == nil } }
  /// The removed layers.
  public var removed: [NetworkDifference.Row] { difference.rows.filter { $0.second == nil } }
  /// The layers with the same settings but other shapes.
  public var follows: [NetworkDifference.Row] {
    difference.rows.filter { $0.fields.isEmpty && !$0.moved && !$0.isRenamed && $0.shapesDiffer }
  }

  /// What happened to each layer of the changed network, by its name; without unchanged layers.
  public var marks: [String: Summary.Mark] {
    var marks: [String: Summary.Mark] = [:]
    for row in follows { marks[row.name] = .follows }
    for row in changed { marks[row.name] = .changed }
    for row in inserted { marks[row.name] = .inserted }
    return marks
  }

  /// Which sizes changed, in the order of the chain: output rows and columns of each layer with a
  /// window, and the inputs of layers with weights. Layers that keep their input's shape are left
  /// out; for an inserted layer, the sizes are those of its input and output.
  ///
  /// `conv1 55 → 54`, `fc6 9216 → 6400 inputs`.
  public var steps: [String] {
    difference.rows.compactMap { row in
      guard let second = row.second else { return nil }
      guard let first = row.first else {
        return second.layer.window != nil && second.changesSides
          ? "\(row.name) \(sides(second.input)) → \(sides(second.output))" : nil
      }
      var parts: [String] = []
      if !second.parameters.isEmpty, first.input.c != second.input.c {
        parts.append("\(first.input.c) → \(second.input.c) inputs")
      }
      let (before, after) = (sides(first.output), sides(second.output))
      if second.layer.window != nil, before != after { parts.append("\(before) → \(after)") }
      return parts.isEmpty ? nil : "\(row.name) \(parts.joined(separator: ", "))"
    }
  }

  /// A sentence about which weights are kept and which are drawn again; nil if all are kept.
  public var weightsSentence: String? {
    guard !initializedAnew.isEmpty else { return nil }
    let are = initializedAnew.count == 1 ? "is" : "are"
    let drawn = "\(initializedAnew.listed) \(are) initialized anew"
    switch keepsWeights.count {
    case 0: return drawn + "."
    case 1: return "\(drawn); \(keepsWeights[0]) keeps its weights."
    default: return "\(drawn); the other \(keepsWeights.count) keep their weights."
    }
  }
}

extension Network {
  /// What changed since `original`.
  ///
  /// - Throws: `NetworkShapeError` if the layers of one of the two don't fit.
  public func changes(from original: Network) throws(NetworkShapeError) -> Changes {
    let difference = try NetworkDifference(original, self)
    let known = Set(try original.fitNotes())
    var (keeps, anew): ([String], [String]) = ([], [])
    for case let (row, layer?) in difference.rows.map({ ($0, $0.second) })
    where !layer.parameters.isEmpty {
      let same =
        row.first.map {
          $0.name == layer.name && $0.parameters.map(\.shape) == layer.parameters.map(\.shape)
            && $0.layer.kind == layer.layer.kind
            && original.layers[$0.index].initialization == layers[layer.index].initialization
        } ?? false
      if same { keeps.append(layer.name) } else { anew.append(layer.name) }
    }
    return Changes(
      difference: difference, notes: try fitNotes().filter { !known.contains($0) },
      keepsWeights: keeps, initializedAnew: anew)
  }
}

/// Rows and columns: `55`, or `55×40`.
private func sides(_ shape: Shape) -> String {
  shape.h == shape.w ? "\(shape.h)" : "\(shape.h)×\(shape.w)"
}

extension LayerGeometry {
  fileprivate var changesSides: Bool {
    input.rank == 4 && (output.h, output.w) != (input.h, input.w)
  }
}
