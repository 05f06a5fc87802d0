/// What could stand at the cursor.
package struct ExpressionCompletions: Hashable, Sendable {
  /// The text that a candidate replaces: offsets in Unicode scalars, up to the cursor.
  package let range: Range<Int>
  /// The candidates in alphabetical order, labels first.
  package let candidates: [String]
}

/// Completes the word before the cursor: a member after a point, else labels of the call around it, names and
/// functions. Nothing is evaluated for it.
///
/// - Parameters:
///   - text: the cell as typed so far.
///   - cursor: the cursor's offset in Unicode scalars; beyond the end counts as the end.
///   - environment: knows the names.
package func expressionCompletions(
  _ text: String, at cursor: Int, in environment: some Environment
) -> ExpressionCompletions {
  let scalars = Array(text.unicodeScalars.prefix(max(0, min(cursor, Source.limit))))
  var start = scalars.count
  while start > 0, Lexer.continuesName(scalars[start - 1]) { start -= 1 }
  let range = start..<scalars.count
  let word = Source(text)[range]
  guard !endsInTextOrComment(scalars), !isDigit(word.unicodeScalars.first) else {
    return ExpressionCompletions(range: range, candidates: [])
  }
  let candidates: [String]
  let labels: [String]
  if start > 0, scalars[start - 1] == "." {
    let isRange = start > 1 && scalars[start - 2] == "."
    candidates = isRange ? [] : members(before: start - 1, in: scalars, environment)
    labels = []
  } else {
    let functions = Function.all.map { $0.name + "(" }
    candidates = environment.names() + functions + Evaluator.constants.keys
    labels =
      calledFunction(in: scalars[..<start])?.parameters.filter(\.isLabelled).map {
        $0.name + ":"
      } ?? []
  }
  let fitting = { (list: [String]) in list.filter { $0.hasPrefix(word) } }
  return ExpressionCompletions(
    range: range, candidates: fitting(labels) + Set(fitting(candidates)).sorted())
}

/// The members of what stands before a point.
private func members(
  before point: Int, in scalars: [Unicode.Scalar], _ environment: some Environment
) -> [String] {
  var start = point
  while start > 0, Lexer.continuesName(scalars[start - 1]) { start -= 1 }
  var name = String.UnicodeScalarView()
  name.append(contentsOf: scalars[start..<point])
  let word = String(name)
  if start > 0, scalars[start - 1] == "." {
    return word == "shape" || word == "values" ? ListMember.names : TensorMember.names
  }
  guard !word.isEmpty else { return TensorMember.names }
  switch try? environment.lookup(word) {
  case .layer(let layer): return environment.members(of: layer) + TensorMember.names
  case .tensor: return TensorMember.names
  case .list: return ListMember.names
  case .number, .boolean, .string, .range, .function, nil: return []
  }
}

/// The function whose parenthesis is the innermost that is open.
private func calledFunction(in scalars: ArraySlice<Unicode.Scalar>) -> Function? {
  var depth = 0
  for i in scalars.indices.reversed() {
    switch scalars[i] {
    case ")", "]": depth += 1
    case "[" where depth == 0: return nil
    case "(" where depth == 0:
      var start = i
      while start > scalars.startIndex, Lexer.continuesName(scalars[start - 1]) { start -= 1 }
      var name = String.UnicodeScalarView()
      name.append(contentsOf: scalars[start..<i])
      return Function.named(String(name))
    case "(", "[": depth -= 1
    default: break
    }
  }
  return nil
}

/// Whether text in quotes or a comment is open at the end.
private func endsInTextOrComment(_ scalars: [Unicode.Scalar]) -> Bool {
  var (isText, isComment, isEscaped) = (false, false, false)
  for (i, scalar) in scalars.enumerated() {
    if scalar == "\n" { isComment = false }
    if isComment { continue }
    if isText {
      if scalar == "\"" && !isEscaped { isText = false }
      isEscaped = scalar == "\\" && !isEscaped
    } else if scalar == "\"" {
      isText = true
    } else if scalar == "#" || scalar == "/" && i + 1 < scalars.count && scalars[i + 1] == "/" {
      isComment = true
    }
  }
  return isText || isComment
}
