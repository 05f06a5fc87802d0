import Basics
import Layers
import Tensors

/// One setting in which two layers, or two inputs, differ.
public struct FieldDifference: Hashable, Sendable {
  /// The field: `stride`, `kind`, `deviation`.
  public let name: String
  /// Its value in the first; nil if it isn't set there.
  public let first: FieldValue?
  /// Its value in the second; nil if it isn't set there.
  public let second: FieldValue?

  /// Whether it belongs to the initialization rather than to the layer.
  public var isInitialization = false
}

extension FieldDifference: CustomStringConvertible {
  /// `stride 4 → 2`; a value that isn't set is shown as –, and long decimals are cut if they still
  /// differ.
  public var description: String {
    func text(_ value: FieldValue?, _ number: (Double) -> String) -> String {
      if case .real(let real) = value { number(real) } else { value?.description ?? "–" }
    }
    /// A number that is longer than eight characters, in four digits.
    func short(_ value: Double) -> String {
      let all = NumberFormat.shortest(value)
      return all.count > 8 ? NumberFormat.format(value, significant: 4, powers: -9...15) : all
    }
    var (old, new) = (text(first, short), text(second, short))
    if old == new {
      (old, new) = (
        text(first) { NumberFormat.shortest($0) }, text(second) { NumberFormat.shortest($0) }
      )
    }
    return "\(name) \(old) → \(new)"
  }
}

/// Two networks compared layer by layer.
public struct NetworkDifference: Hashable, Sendable {
  /// A layer of either network, or a pair of corresponding layers.
  public struct Row: Hashable, Sendable {
    /// The layer in the first network; nil if only the second has it.
    public let first: LayerGeometry?
    /// The layer in the second network; nil if only the first has it.
    public let second: LayerGeometry?
    /// The settings that differ, if both have the layer.
    public let fields: [FieldDifference]
    /// Whether the layer is at another place in the chain.
    public let moved: Bool

    /// The name in the second network, or in the first if only that has it.
    public var name: String { second?.name ?? first!.name }
    /// Whether the layer has another name in the second network.
    public var isRenamed: Bool { first != nil && second != nil && first!.name != second!.name }
    /// Whether both have the layer, with other input or output shapes.
    public var shapesDiffer: Bool {
      guard let first, let second else { return false }
      return first.input != second.input || first.output != second.output
    }
    /// Whether both have the layer with the same settings, shapes, name and place.
    public var isSame: Bool {
      first != nil && second != nil && fields.isEmpty && !moved && !isRenamed && !shapesDiffer
    }
    /// Parameters of the second minus those of the first.
    public var parameterDifference: Int {
      (second?.parameterCount ?? 0) - (first?.parameterCount ?? 0)
    }
    /// Multiply-adds of the second minus those of the first.
    public var multiplyAddDifference: Int {
      (second?.multiplyAdds ?? 0) - (first?.multiplyAdds ?? 0)
    }
  }

  /// The first network.
  public let first: Network
  /// The second network.
  public let second: Network
  /// What differs in the images that they take.
  public let input: [FieldDifference]
  /// Every layer of both, in the order of the second.
  public let rows: [Row]

  /// Parameters of the first and the second.
  public var parameters: (first: Int, second: Int) { totals(\.parameterCount) }
  /// Multiply-adds of the first and the second.
  public var multiplyAdds: (first: Int, second: Int) { totals(\.multiplyAdds) }

  private func totals(_ count: (LayerGeometry) -> Int) -> (first: Int, second: Int) {
    (
      rows.reduce(0) { $0 + ($1.first.map(count) ?? 0) },
      rows.reduce(0) { $0 + ($1.second.map(count) ?? 0) }
    )
  }

  /// Whether both are the same network, apart from names and titles.
  public var isEmpty: Bool { input.isEmpty && rows.allSatisfy(\.isSame) }

  /// Compares two networks.
  ///
  /// - Throws: `NetworkShapeError` if the layers of one of them don't fit.
  public init(_ first: Network, _ second: Network) throws(NetworkShapeError) {
    (self.first, self.second) = (first, second)
    let (a, b) = (try first.geometry(), try second.geometry())
    input = Self.differences(first.input.fields, second.input.fields)
    rows = align(first.layers, second.layers).map { pair in
      var fields: [FieldDifference] = []
      if let i = pair.first, let j = pair.second {
        fields = Self.differences(first.layers[i], second.layers[j])
      }
      return Row(
        first: pair.first.map { a[$0] }, second: pair.second.map { b[$0] }, fields: fields,
        moved: pair.moved)
    }
  }

  private static func differences(
    _ first: NamedLayer, _ second: NamedLayer
  ) -> [FieldDifference] {
    let (a, b) = (first.layer.kind, second.layer.kind)
    var differences: [FieldDifference] = []
    if a != b {
      differences.append(
        FieldDifference(name: "kind", first: .word(a.rawValue), second: .word(b.rawValue)))
    }
    for field in a.fields {
      guard let other = b.field(named: field.name) else { continue }
      let (old, new) = (field.read(first), other.read(second))
      if old != new {
        differences.append(
          FieldDifference(
            name: field.name, first: old, second: new, isInitialization: field.isInitialization))
      }
    }
    return differences
  }

  private static func differences(
    _ first: [(name: String, value: FieldValue)], _ second: [(name: String, value: FieldValue)]
  ) -> [FieldDifference] {
    zip(first, second).filter { $0.value != $1.value }
      .map { FieldDifference(name: $0.name, first: $0.value, second: $1.value) }
  }
}

extension PictureFormat {
  /// The fields in which two inputs are compared.
  fileprivate var fields: [(name: String, value: FieldValue)] {
    func list(_ values: [Double]) -> FieldValue {
      .word(values.map { NumberFormat.shortest($0) }.joined(separator: ", "))
    }
    return [
      ("channels", .whole(channels)), ("height", .whole(height)), ("width", .whole(width)),
      ("resize", resize.map { .whole($0) } ?? .word("as usual")),
      ("scale", .real(scale)), ("mean", list(mean)), ("deviation", list(deviation)),
    ]
  }
}
