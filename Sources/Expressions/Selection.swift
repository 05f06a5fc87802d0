import Tensors

/// The thing being indexed, so that an error can name its axes.
package struct Subject {
  private var title = ""
  private var names: [String] = []

  /// A value without axis names.
  package init(name: String = "") { title = name.count <= 30 ? name : "" }

  /// A member of a layer, with axis names.
  package init(layer: String, member: String) {
    title = member == "output" ? layer : "\(layer).\(member)"
    names =
      member == "weight"
      ? Self.weightAxes : ["output", "input", "gradient"].contains(member) ? Self.maps : []
  }

  /// Whether it is a layer's input, output or gradient.
  package var isActivation: Bool { names == Self.maps }

  private static let maps = ["images", "channels", "rows", "columns"]
  private static let weightAxes = ["output channels", "input channels", "rows", "columns"]

  /// How messages describe an axis: "conv1, which has 96 channels", "axis 2 of w, which has 3
  /// elements".
  package func axis(_ axis: Int, of rank: Int) -> (subject: String, unit: String) {
    if rank == names.count { return (title, names[axis]) }
    if rank == 2, names == Self.maps { return (title, ["images", "features"][axis]) }
    if rank == 2, names == Self.weightAxes { return (title, ["outputs", "inputs"][axis]) }
    return (title.isEmpty ? "axis \(axis)" : "axis \(axis) of \(title)", "elements")
  }
}

/// The selected part of an axis: one element, which removes the axis, or a range, which keeps it.
enum Selection {
  case one(Int)
  case many(Range<Int>)

  var range: Range<Int> {
    switch self {
    case .one(let i): i..<i + 1
    case .many(let range): range
    }
  }
}

extension Tensor {
  /// The elements at the selected places: a number if every axis is removed.
  ///
  /// - Parameter selections: one per axis, each within the axis's size.
  func selecting(_ selections: [Selection], _ cancellation: Cancellation) throws -> Value {
    precondition(selections.count == shape.rank, "A selection takes one entry for each axis.")
    var kept: [Int] = []
    for case .many(let range) in selections { kept.append(range.count) }
    let ranges = selections.map(\.range)
    if ranges.contains(where: \.isEmpty) { throw Complaint(.index, "\(shape) has no elements") }
    guard !kept.isEmpty else { return Value(Double(self[ranges.map(\.lowerBound)])) }
    // Copies whole rows of the last axis while the index counts through the other axes.
    let row = ranges[ranges.count - 1]
    var index = ranges.map(\.lowerBound)
    var result: [Float] = []
    result.reserveCapacity(ranges.reduce(1) { $0 * $1.count })
    copying: while true {
      try cancellation.check()
      let start = shape.offset(of: index)
      withUnsafeBufferPointer { result.append(contentsOf: $0[start..<start + row.count]) }
      for axis in stride(from: index.count - 2, through: -1, by: -1) {
        if axis < 0 { break copying }
        index[axis] += 1
        if index[axis] < ranges[axis].upperBound { continue copying }
        index[axis] = ranges[axis].lowerBound
      }
      break  // a single axis is a single row
    }
    return .tensor(Tensor(shape: Shape(kept), values: result))
  }
}
