/// Parses an answer to an exercise: an expression, or one of the ways in which people write shapes and counts.
///
/// Beyond expressions it takes `27 x 27` and `27×27` as the list [27, 27], `96, 55, 55` as a list, and
/// `62,378,344` as one number. A product is meant by `27 * 27`; whether `27×27` may count as 729 is for the
/// lesson to say: a list's `.product` tells.
///
/// - Throws: `ExpressionError`.
public func parseAnswer(_ text: String) throws(ExpressionError) -> Program {
  let source = Source(try Program.checked(text))
  if let list = sizes(in: source) ?? grouped(in: source) {
    return Program(source: source, statements: [list])
  }
  do {
    return try Program(text)
  } catch {
    // `96, 55, 55` without its brackets; any other text keeps its own error.
    guard text.contains(","), let list = try? Program("[" + text + "]"), list.statements.count == 1,
      case .list(let elements) = list.statements[0].value.kind,
      elements.allSatisfy({ if case .number = $0.kind { true } else { false } })
    else { throw error }
    let range = 0..<source.scalars.count
    let nodes = elements.map {
      Node(kind: $0.kind, range: $0.range.lowerBound - 1..<$0.range.upperBound - 1)
    }
    return Program(source: source, statements: [statement(.list(nodes), range)])
  }
}

/// Two or more whole numbers with a multiplication sign or the letter x between them, and nothing else.
private func sizes(in source: Source) -> Statement? {
  var sizes: [Node] = []
  var expectsNumber = true
  var i = 0
  while i < source.scalars.count {
    let start = i
    let scalar = source.scalars[i]
    i += 1
    if scalar.properties.isWhitespace { continue }
    if expectsNumber {
      guard isDigit(scalar) else { return nil }
      while i < source.scalars.count, isDigit(source.scalars[i]) { i += 1 }
      guard i - start <= 15, let value = Double(source[start..<i]) else { return nil }
      sizes.append(Node(kind: .number(Number(value, isInteger: true)), range: start..<i))
    } else if !(["x", "X", "\u{D7}"] as [Unicode.Scalar]).contains(scalar) {
      return nil
    }
    expectsNumber.toggle()
  }
  guard sizes.count > 1, !expectsNumber else { return nil }
  return statement(.list(sizes), 0..<source.scalars.count)
}

/// A whole number in groups of three, as the notebook prints it.
private func grouped(in source: Source) -> Statement? {
  let text = source[0..<source.scalars.count].split(whereSeparator: \.isWhitespace)
  guard text.count == 1, text[0].count <= 20 else { return nil }
  let groups = text[0].split(separator: ",", omittingEmptySubsequences: false)
  guard groups.count > 1, (1...3).contains(groups[0].count),
    groups.dropFirst().allSatisfy({ $0.count == 3 }),
    groups.allSatisfy({ $0.unicodeScalars.allSatisfy { isDigit($0) } }),
    let value = Double(groups.joined())
  else { return nil }
  return statement(
    .number(Number(value, isInteger: true)), 0..<source.scalars.count)
}

private func statement(_ kind: Node.Kind, _ range: Range<Int>) -> Statement {
  Statement(name: nil, nameRange: range, value: Node(kind: kind, range: range))
}
