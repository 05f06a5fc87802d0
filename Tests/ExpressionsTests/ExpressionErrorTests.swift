import Tensors
import Testing

@testable import Expressions

/// The errors of invalid expressions: their messages and the position of the caret.
struct ExpressionErrorTests {
  @Test(
    "an error names the offending text, its place and a fix",
    arguments: [
      // Characters and numbers.
      (".5", 1, ".5", "write 0.5"), ("2 ^ 3", 3, "^", "write ** or pow(a, b)"),
      ("5.", 1, "5.", "write 5.0"), ("2a", 1, "2a", "2 * a"), ("27x27", 1, "27x27", "[27, 27]"),
      ("1e999", 1, "1e999", "1.8e308"), ("a²", 2, "²", "write ** 2"), ("a & a", 3, "&", "&&"),
      ("'a'", 1, "'", "write text as \"text\""), ("1 + \u{0}", 5, "\u{0}", "U+0000"),
      ("conv1.weight[0, 0, 0...2, 0..2]", 27, "0..2", "0...2 (both ends) or 0..<2"),
      ("\"a\\q\"", 3, "\\q", "\\\\"),
      // Brackets.
      ("(1 + 2", 1, "(", "never closed"), ("[1, (2]", 7, "]", "write )"),
      ("1)", 2, ")", "no opening bracket"),
      ("\"abc", 1, "\"", "never closed"), ("1 +", 3, "+", "missing"), ("let b =", 8, "", "value"),
      // Grammar.
      ("a = 3", 3, "=", "let a = …"), ("1 2", 3, "2", "operator"), ("27 x 27", 4, "x", "27 * 27"),
      ("1 < 2 < 3", 7, "<", "a < b && b < c"), ("var b = 1", 1, "var", "let b"),
      ("* 2", 1, "*", "value"),
      ("()", 1, "()", "nothing"), ("(1, 2)", 3, ",", "[1, 2, 3]"), ("v[]", 2, "[]", "[0]"),
      ("v[0:2]", 4, ":", "0..<3"), ("m[:, 0]", 3, ":", "0..."), ("1...2...3", 6, "...", "two ends"),
      ("conv1..output", 6, "..", "range"), ("let = 3", 1, "let", "let a"), ("", 1, "", "nothing"),
      ("maxPooling(v, kernel = 3)", 22, "=", "write kernel:"),
      // Names.
      ("conv7 + 1", 1, "conv7", "did you mean conv1?"), ("conv1.weigth", 7, "weigth", ".weight"),
      ("v.maen", 3, "maen", ".mean"), ("sqr(2)", 1, "sqr", "sqrt(x)"),
      ("conv1(2)", 1, "conv1", "conv1[0]"),
      ("zzzzzz", 1, "zzzzzz", "not defined"), ("out", 1, "out", "out[1]"),
      ("out[9]", 5, "9", "cell 9"),
      ("let relu = 1", 5, "relu", "function"), ("let next = 1", 5, "next", "command"),
      ("let true = 1", 5, "true", "meaning"), ("v.mean()", 7, "()", "without parentheses"),
      // Indices.
      ("conv1[2, 0, 0]", 7, "2", "conv1, which has 2 channels: 0...1"),
      ("conv1[0, 0, 9]", 13, "9", "4 columns: 0...3"),
      ("conv1.weight[0, 0, 2, 0]", 20, "2", "conv1.weight, which has 2 rows: 0...1"),
      ("fc[5]", 4, "5", "fc, which has 5 features: 0...4"), ("m[0, 3]", 6, "3", "axis 1 of m"),
      ("m[0, 1...3]", 6, "1...3", "0...2"), ("v[-1]", 3, "-1", "starts at 0"),
      ("v[1.5]", 3, "1.5", "whole number"), ("v[1e300]", 3, "1e300", "whole number"),
      ("v[1e18]", 3, "1e18", "whole number"), ("v[0, 1]", 6, "1", "one index"),
      ("v[2..<2]", 3, "2..<2", "empty"), ("v[3...1]", 3, "3...1", "before it starts"),
      ("3[0]", 1, "3", "no elements"), ("[1, 2][2]", 8, "2", "2 elements: 0...1"),
      ("v[\"a\"]", 3, "\"a\"", "not text"), ("v[nan]", 3, "nan", "not nan"),
      // Types and shapes.
      ("v + m", 3, "+", "4 and 2×3"), ("true + 1", 6, "+", "not true or false"),
      ("1 && true", 1, "1", "not a number"), ("!3", 1, "!3", "true or false"),
      ("-\"a\"", 1, "-\"a\"", "text"),
      ("later + 1", 7, "+", "type goto later"), ("later.mean", 1, "later", "goto later"),
      ("v.transposed", 3, "transposed", "two axes"), ("[true].sum", 8, "sum", "true or false"),
      // Calls.
      ("maxPooling(conv1, stride: 2)", 11, "(conv1, stride: 2)", "needs kernel:"),
      ("maxPooling(conv1, kernal: 2)", 19, "kernal", "did you mean kernel:?"),
      ("maxPooling(conv1, 3)", 19, "3", "write kernel: …"), ("abs(1, 2)", 8, "2", "too many"),
      ("maxPooling(conv1, kernel: 0)", 27, "0", "at least 1"),
      ("maxPooling(conv1, kernel: 1.5)", 27, "1.5", "whole number"),
      ("maxPooling(conv1, kernel: 9)", 1, "maxPooling", "9 does not fit on 3"),
      ("maxPooling(conv1, kernel: 2, kernel: 2)", 30, "kernel", "twice"),
      ("convolution(conv1, conv1.weight)", 1, "convolution", "for 1 input, but there are 2"),
      ("convolution(conv1, v)", 20, "v", "O×I×K×K"), ("linear(v, m)", 1, "linear", "for 3 inputs"),
      ("linear([1, 2, 3], m, [1])", 22, "[1]", "bias must be 2 here, not 1"),
      ("localResponseNormalization(conv1, convention: \"papr\")", 47, "\"papr\"", "\"paper\""),
      (
        "localResponseNormalization(conv1, n: 4, convention: \"caffe\")", 1,
        "localResponseNormalization", "n = 4"
      ),
      ("localResponseNormalization(conv1, k: 0)", 1, "localResponseNormalization", "above 0"),
      ("zeros(100000, 100000)", 1, "zeros", "too large"), ("zeros(0)", 7, "0", "at least 1"),
      ("reshape(v, [3])", 12, "[3]", "4 elements"), ("relu(\"a\")", 6, "\"a\"", "not text"),
      ("topK(conv1)", 6, "conv1", "flatten(x)"), ("topK([3, 1], k: 3)", 17, "3", "only 2 values"),
      ("topK(v)", 1, "topK", "k is 5, but there are only 4"),
      ("topK(v, k: 0)", 12, "0", "at least 1"),
      ("topK(v, 3)", 9, "3", "write k: …"), ("topK(v, k: 1.5)", 12, "1.5", "whole number"),
      ("crossEntropy([0, 0], 2)", 22, "2", "0...1"), ("softmax(conv1)", 9, "conv1", "F or N×F"),
    ] as [(String, Int, String, String)])
  func fails(source: String, column: Int, offending: String, words: String) throws {
    let error = try #require(failure(source))
    #expect(error.column == column, "\(error)")
    #expect(Source(source)[error.range] == offending, "\(error)")
    #expect(error.description.contains(words), "\(error)")
  }

  @Test("lines are counted")
  func countsLines() throws {
    let error = try #require(failure("let b = 1\nb +\n  oops"))
    #expect((error.line, error.column) == (3, 3))
  }

  @Test(
    "a text is incomplete if more lines could complete it, and not if it already has an error",
    arguments: [
      ("(1 +", true), ("[1, 2", true), ("relu(\n conv1", true), ("\"abc", true), ("1 +", true),
      ("let b =", true), ("let b", true), ("1 + // more", true), ("(", true), ("a &&", true),
      ("1", false), ("", false), ("  \n", false), ("1 + )", false), ("(1 ^", false), ("a b", false),
      ("(1]", false), ("[1, 2]", false),
    ] as [(String, Bool)])
  func incompleteness(source: String, expected: Bool) {
    #expect(isIncomplete(source) == expected)
  }

  @Test(
    "brackets of commands are counted without parsing their contents",
    arguments: [
      ("why norm1[17, 10", true), ("why norm1[17]", false), ("image it's.png", false),
      ("image \"a b", true), ("image \"a]b\"", false), ("image a)b", false), ("set a -", false),
    ] as [(String, Bool)])
  func openBrackets(command: String, expected: Bool) {
    #expect(hasOpenBrackets(command) == expected)
  }

  @Test("nesting and length are limited, and long flat lines work")
  func limits() throws {
    let deep = 100_000
    for source in [
      String(repeating: "(", count: deep) + "1" + String(repeating: ")", count: deep),
      String(repeating: "[", count: deep) + String(repeating: "]", count: deep),
      String(repeating: "-", count: deep) + "1", String(repeating: "2 ** ", count: deep) + "1",
      String(repeating: "abs(", count: deep) + "1" + String(repeating: ")", count: deep),
      "v" + String(repeating: "[v", count: deep) + String(repeating: "]", count: deep),
      String(repeating: "0...", count: deep) + "1",
      "[" + String(repeating: "1, ", count: deep + 1) + "]",
      String(repeating: "1", count: Source.limit + 1),
    ] {
      let kind = try #require(failure(source)).cause
      #expect(kind == .limit || source.hasPrefix("0...") && kind == .syntax)
    }
    let deepest = Parser.deepest - 1
    #expect(
      try printed(
        String(repeating: "(", count: deepest) + "1" + String(repeating: ")", count: deepest))
        == "1")
    #expect(try printed("0" + String(repeating: " + 1", count: 200_000)) == "200000")
    #expect(try printed("v" + String(repeating: ".flattened", count: 50_000) + ".sum") == "3")
  }

  @Test("lists that share elements are limited too")
  func sharedLists() throws {
    var environment = FakeEnvironment()
    _ = try evaluate("let l = [1]", in: &environment)
    #expect(throws: ExpressionError.self) {
      for _ in 0..<100 { _ = try evaluate("let l = [l, l, l, l]", in: &environment) }
    }
  }

  @Test("evaluation stops when it is cancelled")
  func cancels() {
    var environment = FakeEnvironment()
    environment.cancellation.cancel()
    for source in ["v + 1", "relu(v)", "m.transposed", "sqrt(m)", "m[0..., 1]"] {
      #expect(throws: Cancelled.self, "\(source)") { try evaluate(source, in: &environment) }
    }
  }
}
