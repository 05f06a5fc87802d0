/// The possible completions at the cursor.
package struct ExpressionCompletions: Hashable, Sendable {
  /// The part of the text that a candidate replaces, in Unicode scalars; it ends at the cursor.
  package let range: Range<Int>
  /// The candidates in alphabetical order, with argument labels first.
  package let candidates: [String]
}

/// Completes the word before the cursor: a member after a point, otherwise the labels of the
/// enclosing call, names and functions. Nothing is evaluated.
///
/// - Parameters:
///   - text: the cell typed so far.
///   - cursor: the cursor's offset in Unicode scalars; offsets beyond the end mean the end.
///   - environment: looks up names.
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

/// The members of the expression before a point.
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

/// The function whose call the cursor is in: the one with the innermost open parenthesis.
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

/// Whether the text ends inside quotes or a comment.
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
