import Basics
import Documents
import Tensors

/// Evaluates the syntax tree of one statement.
package struct Evaluator {
  package let source: Source
  package let environment: any Environment
  var notes: Notes

  /// The largest number of elements in a list, including those of nested lists.
  static let longestList = 100_000

  mutating func evaluate(_ node: Node) throws -> Value {
    switch node.kind {
    case .number(let number): return .number(number)
    case .text(let text): return .string(text)
    case .name(let name): return try value(of: name, at: node.range)
    case .list(let nodes): return try list(nodes, at: node.range)
    case .chain(let first, let links): return try chain(first, links)
    case .prefix(let symbol, let operand):
      return try prefix(symbol, try evaluate(operand), at: node.range)
    case .range(let lower, let upper, let isClosed):
      return .range(try range(lower, upper, isClosed: isClosed, at: node.range))
    case .suffixed(let base, let suffixes): return try suffixed(base, suffixes)
    }
  }

  private mutating func chain(_ first: Node, _ links: [Node.Link]) throws -> Value {
    var left = try evaluate(first)
    var range = first.range
    for link in links {
      if link.symbol == .and || link.symbol == .or {
        let boolean = try requireBoolean(left, of: link.symbol, at: range)
        if boolean == (link.symbol == .or) {
          left = .boolean(boolean)  // the right side can't change the result
        } else {
          let right = try evaluate(link.operand)
          left = .boolean(try requireBoolean(right, of: link.symbol, at: link.operand.range))
        }
      } else {
        let right = try evaluate(link.operand)
        left = try combine(left, link.symbol, right, at: link.range)
      }
      range = range.lowerBound..<link.operand.range.upperBound
    }
    return left
  }

  private func requireBoolean(
    _ value: Value, of symbol: Symbol, at range: Range<Int>
  ) throws -> Bool {
    guard case .boolean(let boolean) = value else {
      throw error(
        .value, "\(symbol.rawValue) needs true or false, not \(value.sort)", at: range)
    }
    return boolean
  }

  /// The value of a name.
  private func value(of name: String, at range: Range<Int>) throws -> Value {
    if let value = try placing(range, { try environment.lookup(name) }) { return value }
    if let constant = Self.constants[name] { return constant }
    if Function.named(name) != nil { return .function(name) }
    if name == "out" {
      throw error(.name, "out is the list of all results", hint: "write out[1]", at: range)
    }
    let known = environment.names() + Self.constants.keys.sorted() + Function.all.map(\.name)
    let hint = Suggestion.didYouMean(name, among: known)
    throw error(.name, "\(name.prefix(60)) is not defined", hint: hint, at: range)
  }

  /// The predefined names. An environment may redefine them.
  package static let constants: [String: Value] = [
    "true": .boolean(true), "false": .boolean(false), "pi": Value(Double.pi),
    "inf": Value(Double.infinity), "nan": Value(Double.nan),
  ]

  /// The value that a `let` binds to a name: for a layer, its output. Throws if the name or value
  /// isn't allowed.
  func bindable(_ value: Value, to name: String, at range: Range<Int>) throws -> Value {
    let reason: String? =
      if Self.constants[name] != nil || ["let", "var", "out"].contains(name) {
        "\(name) has a predefined meaning"
      } else if Function.named(name) != nil {
        "\(name) is a function"
      } else {
        nil
      }
    if let reason {
      throw error(.name, "\(reason) and cannot be a name", hint: "choose another", at: range)
    }
    return try resolved(value, at: range)
  }

  private mutating func list(_ nodes: [Node], at range: Range<Int>) throws -> Value {
    var elements: [Value] = []
    for node in nodes { elements.append(try resolved(try evaluate(node), at: node.range)) }
    var room = Self.longestList
    guard Self.fits(elements, in: &room, depth: 0) else {
      throw error(
        .limit, "a list has at most \(Self.longestList) values, nested at most 8 deep", at: range)
    }
    return .list(elements)
  }

  /// Whether a list is small enough. Counting stops at the limit, since lists that share nested
  /// lists can easily have more elements than fit in memory.
  private static func fits(_ elements: [Value], in room: inout Int, depth: Int) -> Bool {
    room -= elements.count
    guard room >= 0, depth < 8 else { return false }
    for case .list(let inner) in elements {
      guard fits(inner, in: &room, depth: depth + 1) else { return false }
    }
    return true
  }

  mutating func range(
    _ lower: Node?, _ upper: Node?, isClosed: Bool, at range: Range<Int>
  ) throws -> IndexRange {
    let low = try lower.map { try index($0) }
    var high = try upper.map { try index($0) }
    if isClosed, let last = high { high = last + 1 }
    if let high, high < low ?? 0 {
      throw error(
        .index, "the range ends before it starts", hint: "write the smaller number first", at: range
      )
    }
    return IndexRange(lower: low, upper: high)
  }

  /// A whole number that can be used as an index, which excludes numbers beyond 2⁵³.
  mutating func index(_ node: Node) throws -> Int {
    let value = try evaluate(node)
    guard let number = value.double else {
      throw error(.index, "an index is a whole number, not \(value.sort)", at: node.range)
    }
    guard let index = Int(exactly: number), abs(number) <= NumberFormat.largestExact else {
      throw error(
        .index, "an index is a whole number, not \(NumberFormat.format(number))", at: node.range)
    }
    return index
  }

  /// The value itself, or the output of a layer.
  package func resolved(_ value: Value, at range: Range<Int>) throws -> Value {
    guard case .layer(let name) = value else { return value }
    return try placing(range) {
      if let output = try environment.member("output", of: name) { return output }
      throw Complaint(.state, "\(name) has no output yet", hint: "run it first: goto \(name)")
    }
  }

  /// Calls into the environment or a function, and adds the location to any error it throws.
  func placing<T>(_ range: Range<Int>, _ body: () throws -> T) throws -> T {
    do { return try body() } catch { throw placed(error, at: range) }
  }

  /// An error with the location added.
  func placed(_ error: any Error, at range: Range<Int>) -> any Error {
    switch error {
    case let complaint as Complaint:
      self.error(complaint.cause, complaint.message, hint: complaint.hint, at: range)
    case is Cancelled: error
    case let inner as ExpressionError: inner
    // These errors aren't about the expression.
    case let other as any DescribedError where [.internal, .resource].contains(other.kind): other
    case let other as any DescribedError:
      self.error(.state, other.message, hint: other.hint, at: range)
    default: error
    }
  }

  package func error(
    _ kind: ExpressionError.Kind, _ message: String, hint: String? = nil, at range: Range<Int>
  ) -> ExpressionError {
    ExpressionError(kind, message, hint: hint, at: range, in: source)
  }
}
