import ArgumentParser
import Basics
import Cells
import Explanations
import Expressions
import Layers
import Networks

/// Explains where one number came from.
package struct WhyCommand: Command, HasGlobalOptions {
  /// The command's name and help.
  package static let configuration = CommandConfiguration(
    commandName: "why",
    abstract: "Explain where one number came from: why norm1[17, 10, 23], why fc6[100].",
    discussion: """
      Name the element by channel, row and column, or by its feature. The value is computed a second \
      time from the definition, in Double, and compared with the engine's value. After backward, \
      why gradient LAYER[c, y, x] explains an element of a gradient, and why gradient \
      conv1.weight[o, c, u, v] an element of a parameter's gradient.

      --precision bfloat16 runs the layers with rounded inputs and weights, and shows both beside the \
      exact ones, and what the rounding changed.
      """)
  /// Examples for help and for tests.
  package static let examples: [Example] = [
    Example("why conv1[5, 10, 23]", "a convolution", expect: "✓ the same", after: ["next"]),
    Example(
      "why norm1[17, 10, 23]", "local response normalization", expect: "authors' program",
      after: ["next 3"]),
    Example(
      "why pool1[3, 4, 5]", "a pooling window and its neighbours", expect: "norm1[3, 10, 12] wins",
      after: ["next 4"]
    ),
    Example(
      "why conv1[5, 10, 23] --toward-input", "the pixels that can influence it",
      expect: "rows 40…50", after: ["next"]),
    .slip("why conv1", "the element is missing", expect: "why conv1[c, y, x]"),
    .slip(
      "why conv1[96, 0, 0]", "an index out of range", expect: "0...95", after: ["next"]),
    Example(
      "why norm1[0, 0, 0]", "runs the layers that it needs", expect: "ran conv1, relu1, norm1"),
    Example(
      "why conv1[5, 10, 23] --precision bfloat16", "with rounded operands",
      expect: "by rounding"),
    Example(
      "why image[0, 5, 5]", "a pixel, and how it was prepared", expect: "245 − 122.68 = 122.32"),
  ]

  @Argument(help: "The element: LAYER[c, y, x], or gradient LAYER[c, y, x].") var element: [String]
  @Flag(
    name: .customLong("toward-input"), help: "Follow it back to the pixels that can influence it.")
  var isTowardInput = false
  @Flag(name: .customLong("all"), help: "Show every term instead of the largest.")
  var showsAll = false
  @OptionGroup var precision: PrecisionOptions
  @OptionGroup package var options: GlobalOptions

  /// A command with its defaults.
  package init() {}

  /// `gradient`, the image and the layers.
  package static func completions(for words: [String], in session: Session) -> [String] {
    let layers = ["image["] + session.network.layers.map { $0.name + "[" }
    return words.count <= 2 ? ["gradient"] + layers : layers
  }

  /// Explains the element, running the layers that it needs.
  package func run(in session: inout Session) throws -> Output {
    let isGradient = element.first == "gradient"
    let words = element.dropFirst(isGradient ? 1 : 0)
    // `why norm1 17 10 23` works too.
    let numbers = words.dropFirst().filter { Int(word: $0) != nil }
    let isSpelledOut = !numbers.isEmpty && numbers.count == words.count - 1
    let text = isSpelledOut ? "\(words.first!)[\(numbers.joined(separator: ", "))]" : words.joined()
    let target = try Target(text, isGradient: isGradient, in: &session)
    if target.layer < 0, !isGradient {
      return try PixelReport(target.index, in: &session).output
    }
    if isTowardInput {
      guard target.layer >= 0 else {
        throw Failure(
          .usage, "--toward-input ends at the image, so it can't start there",
          hint: "why conv1[c, y, x] --toward-input")
      }
      _ = try session.trace(through: target.layer)
      return try InfluenceReport(target, in: session).output
    }
    let explanation = try explain(target, isGradient: isGradient, in: &session)
    return ExplanationReport(explanation, showsAll: showsAll, in: session).output
  }

  private func explain(
    _ target: Target, isGradient: Bool, in session: inout Session
  ) throws -> Explanation {
    guard isGradient else {
      let (layer, precision) = (target.layer, precision.precision)
      return try session.computing(in: precision) { session in
        let trace = try session.trace(through: layer)
        return try Explanation.explain(
          trace, layer: layer, at: target.index, in: precision,
          parameters: session.weights.parameters(
            of: trace.geometry[layer],
            initialization: session.network.layers[layer].initialization))
      }
    }
    guard precision.precision == .float else {
      throw Failure(.usage, "gradients are computed in Float", hint: "leave out --precision")
    }
    return try target.explainedGradient(in: &session)
  }
}

/// The element to explain: of a layer's output, the image, or a parameter.
package struct Target {
  /// The tensor that holds the element.
  package let value: NamedValue
  /// The position of the layer; −1 is the image.
  package var layer: Int { value.layer }
  /// The parameter, if the element is a parameter's.
  package var parameter: Parameter.Role? { value.parameter }
  /// The element's coordinates.
  package let index: [Int]

  /// Parses `norm1[17, 10, 23]` or `conv1.weight[0, 1, 2, 3]`; the coordinates may be expressions.
  package init(_ text: String, isGradient: Bool, in session: inout Session) throws {
    let open = text.firstIndex(of: "[") ?? text.endIndex
    let name = text[..<open].trimmingSpaces()
    guard !name.isEmpty else {
      throw Failure(.usage, "why needs an element", hint: "why conv1[5, 10, 23]")
    }
    let parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    value = try NamedValue(parts, isGradient: isGradient, in: session)
    let (layer, parameter) = (value.layer, value.parameter)
    guard open < text.endIndex else {
      throw Failure(
        .usage, "which element of \(name)?",
        hint: try Self.usage(name, layer, parameter, isGradient: isGradient, in: session))
    }
    let list: Evaluated
    do {
      list = try session.evaluate(String(text[open...]))
    } catch let error as ExpressionError {
      // The error's column counts from the bracket, so the message repeats the text instead.
      throw Failure(.expression, "\(text[open...]): \(error.message)", hint: error.hint)
    }
    guard let coordinates = list.value.integers else {
      throw Failure(
        .expression, "an element's coordinates are whole numbers, not \(text[open...])",
        hint: try Self.usage(name, layer, parameter, isGradient: isGradient, in: session))
    }
    index = coordinates
  }

  /// Where the element's gradient came from.
  package func explainedGradient(in session: inout Session) throws -> Explanation {
    let trace = try session.begin()
    guard let parameter else {
      return try Explanation.explainGradient(trace, layer: layer, at: index)
    }
    return try Explanation.explainGradient(trace, layer: layer, parameter: parameter, at: index)
  }

  private static func usage(
    _ name: String, _ layer: Int, _ parameter: Parameter.Role?, isGradient: Bool,
    in session: Session
  ) throws -> String {
    let geometry = try session.geometry()
    var (sizes, letters) = (session.network.input.shape().withoutBatch.dimensions, ["c", "y", "x"])
    if layer >= 0 { sizes = geometry[layer].output.withoutBatch.dimensions }
    if let parameter,
      let shape = geometry[layer].parameters.first(where: { $0.role == parameter })?.shape
    {
      (sizes, letters) = (
        shape.dimensions,
        shape.rank == 6
          ? ["h", "w", "o", "c", "u", "v"]
          : shape.rank == 3 ? ["h", "w", "o"] : ["o", "c", "u", "v"]
      )
    } else if sizes.count == 1 {
      letters = ["i"]
    }
    letters = Array(letters.prefix(sizes.count))
    let ranges = zip(letters, sizes).map { "\($0) 0…\($1 - 1)" }.joined(separator: ", ")
    let word = isGradient ? "why gradient" : "why"
    return "\(word) \(name)[\(letters.joined(separator: ", "))], with \(ranges)"
  }
}
