extension Session {
  /// The failure of a line that was meant to be a command: a slip of its name, `sumary caffenet`, or
  /// a word that other programs use, `step`. Nil where it was meant to be an expression.
  func slip(in source: String, _ error: ExpressionError) -> Failure? {
    let word = String(source.drop(while: \.isWhitespace).prefix { $0.isLetter })
    let isKnown = bindings[word] != nil || network.index(of: word) != nil || word == "let"
    guard !isKnown, Function.named(word) == nil, error.column <= word.count + 2 else { return nil }
    if let hint = Self.otherWords[word.lowercased()] {
      return Failure(.usage, "there is no command \(quoted(word))", hint: hint)
    }
    guard let command = closest(to: word, among: Commands.names) else { return nil }
    return Failure(
      .usage, "there is no command or name \(quoted(word))", hint: "did you mean \(command)?")
  }

  /// Words that people bring from elsewhere, and what to type here.
  private static let otherWords = [
    "step": "next runs the next layer", "back": "previous goes a layer back",
    "prev": "previous goes a layer back", "start": "next runs the first layer",
    "print": "a name alone prints its value: conv1, conv1.output.mean",
    "layers": "summary lists the layers", "list": "summary lists the layers, networks the networks",
    "display": "view shows pictures, show a histogram",
    "clear": "Ctrl-L clears the screen, reset goes back before the first layer",
    "explain": "why says where a number came from: why conv1[5, 10, 23]",
    "export": "save session.alexnet writes the cells, lesson save mine.md a lesson",
    "ls": "help lists what can be typed", "cd": "help lists what can be typed",
    "var": "let gives a name: let a = 3", "lessons": "lesson lists them, lesson 1 opens the first",
    "fit": "train trains a network: train --recipe 80-seconds",
  ]
}
