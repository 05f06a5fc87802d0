import Tensors

/// Members, subscripts and calls: what follows a value directly.
extension Evaluator {
  mutating func suffixed(_ base: Node, _ suffixes: [Node.Suffix]) throws -> Value {
    var rest = suffixes[...]
    var range = base.range
    var subject = Subject(name: source[base.range])
    var value: Value
    if case .name(let name) = base.kind, case .call(let arguments, let place)? = rest.first {
      value = try call(name, arguments, nameRange: base.range, range: place)
      range = range.lowerBound..<place.upperBound
      rest.removeFirst()
    } else if case .name("out") = base.kind, case .subscripts(let nodes, let place)? = rest.first {
      value = try result(nodes, at: place)
      range = range.lowerBound..<place.upperBound
      rest.removeFirst()
    } else {
      value = try evaluate(base)
    }
    for suffix in rest {
      switch suffix {
      case .member(let name, let place):
        if case .layer(let layer) = value { subject = Subject(layer: layer, member: name) }
        value = try member(name, of: value, at: place, base: range)
        range = range.lowerBound..<place.upperBound
      case .subscripts(let nodes, let place):
        (value, subject) = try element(nodes, of: value, subject: subject, base: range)
        range = range.lowerBound..<place.upperBound
      case .call(_, let place):
        throw error(
          .value, "\(value.sort) cannot be called", hint: "write it without parentheses", at: place)
      }
    }
    return value
  }

  /// `out[3]`: the result of a cell.
  private mutating func result(_ nodes: [Node], at range: Range<Int>) throws -> Value {
    guard nodes.count == 1 else {
      throw error(.index, "out takes the number of one cell", hint: "write out[1]", at: range)
    }
    let number = try index(nodes[0])
    let found = try placing(range) { try environment.result(ofCell: number) }
    guard let found else {
      throw error(.index, "cell \(number) has no result", at: nodes[0].range)
    }
    return found
  }

  private mutating func element(
    _ nodes: [Node], of value: Value, subject: Subject, base: Range<Int>
  ) throws -> (Value, Subject) {
    switch value {
    case .layer(let name):
      guard case .tensor(let output) = try resolved(value, at: base) else {
        throw error(.value, "\(name) has no output that could be indexed", at: base)
      }
      let subject = Subject(layer: name, member: "output")
      // With one picture the batch's 0 goes without saying: conv1[5, 10, 23].
      let dropped = output.shape.rank > 1 && output.shape.n == 1 && nodes.count < output.shape.rank
      return (try slice(output, nodes, subject, skipping: dropped ? 1 : 0, base: base), Subject())
    case .tensor(let tensor):
      return (try slice(tensor, nodes, subject, skipping: 0, base: base), Subject())
    case .list(let elements):
      return (try element(nodes, of: elements), Subject())
    case .number, .boolean, .string, .range, .function:
      throw error(.index, "\(value.sort) has no elements", at: base)
    }
  }

  private mutating func element(_ nodes: [Node], of list: [Value]) throws -> Value {
    guard nodes.count == 1 else {
      throw error(.index, "a list takes one index", at: nodes[1].range)
    }
    let count = list.count
    switch try selection(nodes[0], size: count, axis: "the list", unit: "elements") {
    case .one(let i): return list[i]
    case .many(let range): return .list(Array(list[range]))
    }
  }

  private mutating func slice(
    _ tensor: Tensor, _ nodes: [Node], _ subject: Subject, skipping: Int, base: Range<Int>
  ) throws -> Value {
    let rank = tensor.shape.rank
    guard nodes.count <= rank - skipping else {
      let places = rank - skipping
      throw error(
        .index, "\(tensor.shape) takes \(places == 1 ? "one index" : "at most \(places) indices")",
        at: nodes[max(0, places)].range.lowerBound..<nodes[nodes.count - 1].range.upperBound)
    }
    var selections = [Selection](repeating: .one(0), count: skipping)
    for (i, node) in nodes.enumerated() {
      let axis = i + skipping
      let names = subject.axis(axis, of: rank)
      selections.append(
        try selection(node, size: tensor.shape[axis], axis: names.subject, unit: names.unit))
    }
    for axis in selections.count..<rank { selections.append(.many(0..<tensor.shape[axis])) }
    return try placing(base) { try tensor.selecting(selections, environment.cancellation) }
  }

  /// The part of an axis that a subscript names; an error that names axis, size and valid range.
  private mutating func selection(
    _ node: Node, size: Int, axis: String, unit: String
  ) throws -> Selection {
    let valid = size == 0 ? "none" : "0...\(size - 1)"
    let value: IndexRange
    if case .range(let lower, let upper, let isClosed) = node.kind {
      value = try range(lower, upper, isClosed: isClosed, at: node.range)
    } else if case .range(let range) = try evaluate(node) {
      value = range
    } else {
      let i = try index(node)
      guard (0..<size).contains(i) else {
        let hint = i < 0 ? "counting starts at 0, and the last is \(size - 1)" : nil
        throw error(
          .index, "index \(i) is outside \(axis), which has \(size) \(unit): \(valid)",
          hint: hint, at: node.range)
      }
      return .one(i)
    }
    let (lower, upper) = (value.lower ?? 0, value.upper ?? size)
    guard lower >= 0, upper <= size, lower <= upper else {
      throw error(
        .index,
        "\(Value.range(value)) reaches outside \(axis), which has \(size) \(unit): \(valid)",
        at: node.range)
    }
    guard lower < upper else {
      throw error(.index, "the range \(Value.range(value)) is empty", at: node.range)
    }
    return .many(lower..<upper)
  }
}

/// What is being indexed, so that an error can name its axes.
struct Subject {
  private var title = ""
  private var names: [String] = []

  /// Something without a name.
  init(name: String = "") { title = name.count <= 30 ? name : "" }

  /// A member of a layer, whose axes have names.
  init(layer: String, member: String) {
    title = member == "output" ? layer : "\(layer).\(member)"
    names =
      member == "weight" ? Self.weightAxes : ["output", "input"].contains(member) ? Self.maps : []
  }

  private static let maps = ["pictures", "channels", "rows", "columns"]
  private static let weightAxes = ["output channels", "input channels", "rows", "columns"]

  /// How an axis is called: "conv1, which has 96 channels", "axis 2 of w, which has 3 elements".
  func axis(_ axis: Int, of rank: Int) -> (subject: String, unit: String) {
    if rank == names.count { return (title, names[axis]) }
    if rank == 2, names == Self.maps { return (title, ["pictures", "features"][axis]) }
    if rank == 2, names == Self.weightAxes { return (title, ["outputs", "inputs"][axis]) }
    return (title.isEmpty ? "axis \(axis)" : "axis \(axis) of \(title)", "elements")
  }
}

/// What is taken of an axis: one element, which drops the axis, or a range, which keeps it.
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
  /// The elements at the selected places: a number where every axis is dropped.
  ///
  /// - Parameter selections: one for each axis, each within its size.
  func selecting(_ selections: [Selection], _ cancellation: Cancellation) throws -> Value {
    precondition(selections.count == shape.rank, "A selection takes one entry for each axis.")
    var kept: [Int] = []
    for case .many(let range) in selections { kept.append(range.count) }
    let ranges = selections.map(\.range)
    if ranges.contains(where: \.isEmpty) { throw Complaint(.index, "\(shape) has no elements") }
    guard !kept.isEmpty else { return Value(Double(self[ranges.map(\.lowerBound)])) }
    // Whole rows of the last axis are copied; the index counts up over the others.
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
