import Basics
import Expressions

extension Session {
  /// The failure for a line that was meant to be a command: a misspelled one, `sumary caffenet`, or
  /// a word from other programs, `step`. Nil if the line was meant to be an expression.
  package func slip(in source: String, _ error: ExpressionError) -> Failure? {
    if let assignment = assignment(in: source) { return assignment }
    let word = String(source.drop(while: \.isWhitespace).prefix { $0.isLetter })
    let isKnown = bindings[word] != nil || network.index(of: word) != nil || word == "let"
    guard !isKnown, Function.named(word) == nil, error.column <= word.count + 2 else { return nil }
    if let hint = Self.otherWords[word.lowercased()] {
      return Failure(.usage, "there is no command \(quoted(word))", hint: hint)
    }
    guard word.count > 1, let command = Suggestion.nearest(to: word, among: commands.proposals)
    else {
      return nil
    }
    return Failure(
      .usage, "there is no command or name \(quoted(word))", hint: "did you mean \(command)?")
  }

  /// The failure for `x = 5` or `x += 1`, which need `let`.
  private func assignment(in source: String) -> Failure? {
    let text = source.drop(while: \.isWhitespace)
    let name = text.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
    let rest = text.dropFirst(name.count).drop(while: \.isWhitespace)
    let sign = ["=", "+=", "-=", "*=", "/="].first { rest.hasPrefix($0) }
    guard let sign, !rest.hasPrefix("=="), name.first?.isLetter == true || name.first == "_" else {
      return nil
    }
    guard name != "let" else {
      return Failure(
        .expression, "let needs a name before the \(sign)", hint: "write let a = 3")
    }
    let value = rest.dropFirst(sign.count).trimmingSpaces()
    let isTaken = network.index(of: String(name)) != nil || commands.names.contains(String(name))
    let free = isTaken ? "my_\(name)" : String(name)
    let result = (sign == "=" ? "" : "\(name) \(sign.dropLast()) ") + (value.isEmpty ? "…" : value)
    return Failure(
      .expression, "to name a value, use let, not \(sign) alone",
      hint: "write let \(free) = \(result)")
  }

  /// Words that users know from other programs, and what to type here.
  private static let otherWords = [
    "step": "next runs the next layer", "back": "previous goes back one layer",
    "prev": "previous goes back one layer", "start": "next runs the first layer",
    "print": "a name alone prints its value: conv1, conv1.output.mean",
    "layers": "summary lists the layers", "list": "summary lists the layers, networks the networks",
    "display": "view shows images, show a histogram",
    "clear": "Ctrl-L clears the screen, reset goes back before the first layer",
    "explain": "why explains where a number came from: why conv1[5, 10, 23]",
    "ls": "help lists what can be typed", "cd": "help lists what can be typed",
    "var": "let gives a name: let a = 3", "lessons": "lesson lists them, lesson 1 opens the first",
    "fit": "train trains a network: train --recipe 80-seconds",
  ]
}
