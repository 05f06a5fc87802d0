import Documents
import Tensors

/// Members, subscripts and calls after a value.
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
      throw error(.index, "out needs the number of one cell", hint: "write out[1]", at: range)
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
        throw error(.value, "\(name) has no output to index", at: base)
      }
      let subject = Subject(layer: name, member: "output")
      return (try slice(output, nodes, subject, base: base), Subject())
    case .tensor(let tensor):
      return (try slice(tensor, nodes, subject, base: base), Subject())
    case .list(let elements):
      return (try element(nodes, of: elements), Subject())
    case .number, .boolean, .string, .range, .function:
      throw error(.index, "\(value.sort) has no elements", at: base)
    }
  }

  private mutating func element(_ nodes: [Node], of list: [Value]) throws -> Value {
    guard nodes.count == 1 else {
      throw error(.index, "a list needs one index", at: nodes[1].range)
    }
    let count = list.count
    switch try selection(nodes[0], size: count, axis: "the list", unit: "elements") {
    case .one(let i): return list[i]
    case .many(let range): return .list(Array(list[range]))
    }
  }

  private mutating func slice(
    _ tensor: Tensor, _ nodes: [Node], _ subject: Subject, base: Range<Int>
  ) throws -> Value {
    let rank = tensor.shape.rank
    // The batch index may be left out if there is one image: conv1[5, 10, 23], conv1.input[0, 43,
    // 94].
    let isImplied =
      subject.isActivation && rank > 1 && tensor.shape.n == 1 && nodes.count < rank
    let skipping = isImplied ? 1 : 0
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

  /// The part of an axis that a subscript selects. An error names the axis, its size and the valid
  /// range.
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
