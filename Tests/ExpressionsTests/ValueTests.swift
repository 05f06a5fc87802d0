import Layers
import Testing

@testable import Expressions

/// The values that expressions print.
struct ValueTests {
  @Test(
    "an expression prints its value and remarks",
    arguments: [
      // Numbers and how they are written.
      ("(227 - 11) / 4 + 1", "55"),
      ("(224 - 11) / 4 + 1", "54.25; 213 / 4 is not whole: 53.25; rounded down 53, up 54"),
      ("62_378_344", "62378344"), ("0x1F", "31"), ("1e-4", "0.0001"), ("1e-7", "1e-7"),
      ("0.1 + 0.2", "0.3"), ("1.0 / 3", "0.333333"), ("2.5e3", "2500"), ("1E+2", "100"),
      ("96*(3*11*11)+96", "34944"), ("1 // a comment", "1"), ("1 # another", "1"),
      // Precedence.
      ("1 + 2 * 3", "7"), ("(1 + 2) * 3", "9"), ("2 ** 3 ** 2", "512"), ("-2 ** 2", "−4"),
      ("2 ** -1", "0.5"), ("10 - 4 - 3", "3"), ("7 % 4 * 2", "6"), ("100 / 10 / 2", "5"),
      ("1 + 1 == 2 && !(3 < 2)", "true"), ("1 < 2 || 1 / 0 > 0", "true"), ("-a + +a", "0"),
      // Operators as people and the notebook itself write them.
      ("3 × 4 · 2 ÷ 8 − 1", "2"), ("2 ≤ 2 && 3 ≥ 4", "false"), ("1 ≠ 2", "true"),
      // Several lines, and line ends in brackets or after an operator.
      ("let b = 2\nb * 3", "6"), ("let b = 2; b", "2"), ("[1,\n 2]", "[1, 2]"), ("1 +\n 2", "3"),
      // IEEE 754, with remarks.
      ("1 / 0", "inf; division by zero: 1 / 0"), ("0 / 0", "nan; division by zero: 0 / 0"),
      ("5 % 0", "nan; division by zero: 5 % 0"),
      ("1e300 * 1e300", "inf; 1e300 * 1e300 is too large for a number"),
      ("0.1 + 0.2 == 0.3", "false; both print as 0.3, but they differ by 5.55112e-17"),
      ("nan == nan", "false"),
      // Text, lists, ranges.
      ("\"a \\\"b\\\"\"", "\"a \\\"b\\\"\""), ("[96, 55, 55]", "[96, 55, 55]"), ("[]", "[]"),
      ("[96, 55, 55][0]", "96"), ("[1, 2, 3, 4][1..<3]", "[2, 3]"), ("0...2", "0...2"),
      ("0..<2", "0...1"), ("[1, 2] == [1.0, 2.0]", "true"), ("[3, 4].product", "12"),
      ("[1, 2].mean", "1.5"), ("\"x\" == \"x\"", "true"), ("true != false", "true"),
      // Tensors.
      ("v", "[1, −2, 0, 4]"), ("m", "2×3 [1, 2, 3, 4, 5, 6]"),
      ("wide", "40  min −10  mean 9.5  max 29  zero 2.5%"),
      ("v + 1", "[2, −1, 1, 5]"), ("1 - v", "[0, 3, 1, −3]"), ("v * v", "[1, 4, 0, 16]"),
      ("-v", "[−1, 2, 0, −4]"), ("v > 0", "[1, 0, 0, 1]"), ("(v > 0).mean", "0.5"),
      ("v == v", "true"), ("v == v + 1", "false"), ("v == 0", "[0, 0, 1, 0]"),
      ("1 / v", "[1, −0.5, inf, 0.25]; division by zero in 1 element"),
      ("v.shape", "[4]"), ("v.count / 4", "1"), ("v.min", "−2"), ("v.max", "4"), ("v.sum", "3"),
      ("v.mean", "0.75"), ("v.zeros", "0.25"), ("v.argmax", "3"), ("v.rms", "2.29129"),
      ("v.deviation", "2.16506"), ("v.values", "[1, −2, 0, 4]"), ("m.flattened.shape", "[6]"),
      ("m.transposed", "3×2 [1, 4, 2, 5, 3, 6]"), ("m.argmax", "[1, 2]"), ("broken.max", "nan"),
      ("v[3]", "4"), ("m[1]", "[4, 5, 6]"), ("m[0...1, 2]", "[3, 6]"), ("m[0..., 1]", "[2, 5]"),
      ("m[1, ...1]", "[4, 5]"), ("m[..<1, 0]", "[1]"), ("m[1, 0…1]", "[4, 5]"),
      // Layers.
      ("conv1", "layer conv1"), ("conv1[1, 2, 3]", "23"), ("conv1[0, 1, 2, 3]", "23"),
      ("conv1[1].shape", "[3, 4]"), ("conv1[1, 2]", "[20, 21, 22, 23]"),
      ("conv1.output[0, 1, 0...1, 2]", "[14, 18]"), ("conv1.output[0].shape", "[3, 4]"),
      ("conv1.shape", "[1, 2, 3, 4]"), ("conv1.mean", "11.5"), ("conv1.parameters", "10"),
      ("later.shape", "[1, 8, 2, 2]"), ("conv1.weight[1, 0]", "2×2 [0.5, 0.5, 0.5, 0.5]"),
      ("conv1.argmax", "[1, 2, 3]"), ("pair[1, 0, 1, 0]", "6"), ("pair[1].shape", "[1, 2, 2]"),
      ("fc[2]", "0.4"), ("fc.argmax", "2"), ("out[3] / 2", "21"),
      ("let w = conv1\nw[0, 1, 2, 3]", "23"),
    ] as [(String, String)])
  func prints(source: String, expected: String) throws {
    #expect(try printed(source) == expected)
  }

  @Test("every activation is a function", arguments: Activation.Kind.allCases)
  func activation(kind: Activation.Kind) throws {
    #expect(try printed("\(kind.rawValue)(0)") == "0")
    #expect(try printed("\(kind.rawValue)(v)[2]") == "0")
  }

  @Test(
    "a function's result matches its definition",
    arguments: [
      ("abs(-3)", "3"), ("sqrt(16)", "4"), ("sqrt(-1)", "nan; sqrt(−1) is not a number"),
      ("log(0)", "−inf; log(0) is minus infinity"), ("exp(0)", "1"), ("round(2.5)", "3"),
      ("floor(54.25) / 2", "27"), ("ceil(54.25)", "55"), ("pow(2, 10)", "1024"),
      ("pow(v, 2)", "[1, 4, 0, 16]"), ("tanh(0)", "0"), ("abs(v)", "[1, 2, 0, 4]"),
      ("min(3, 1, 2)", "1"), ("max([3, 9, 4])", "9"), ("sum(1, 2, 3)", "6"), ("mean(v)", "0.75"),
      ("max(v, 0)", "[1, 0, 0, 4]"), ("argmax([3, 9, 4])", "1"),
      ("argmax([1, 0/0, 2])", "1; division by zero: 0 / 0"), ("relu(v)", "[1, 0, 0, 4]"),
      ("relu(v) == max(v, 0)", "true"), ("relu(-1)", "0"), ("relu(0.1)", "0.1"),
      ("softmax([0, 0])", "[0.5, 0.5]"),
      ("zeros(2, 2)", "2×2 [0, 0, 0, 0]"), ("zeros([3])", "[0, 0, 0]"),
      ("reshape(v, [2, 2])[1, 1]", "4"), ("flatten(conv1).shape", "[1, 24]"),
      ("convolution(conv1.input, conv1.weight, conv1.bias).shape", "[1, 2, 3, 4]"),
      // The first filter is a diagonal: x[0, 0] + x[1, 1] + bias = 0 + 6 + 0.25.
      ("convolution(conv1.input, conv1.weight, conv1.bias)[0, 0, 0, 0]", "6.25"),
      ("convolution(conv1.input[0...], conv1.weight, stride: 2).shape", "[2, 2, 2]"),
      (
        "convolution(conv1.input, conv1.weight, padding: 1, rounding: \"ceil\").shape",
        "[1, 2, 5, 6]"
      ),
      ("maxPooling(conv1, kernel: 2, stride: 2)", "1×2×1×2 [5, 7, 17, 19]"),
      ("averagePooling(conv1, kernel: 2, stride: 2)", "1×2×1×2 [2.5, 4.5, 14.5, 16.5]"),
      ("linear([1, 2, 3], m)", "[14, 32]"), ("linear([1, 2, 3], m, [1, 1])", "[15, 33]"),
      // b = a / (2 + 1 · (0 + 144))^1 for channel 0 at the first place, 12 in channel 1: 12 / 146.
      ("localResponseNormalization(conv1, n: 3, alpha: 1, beta: 1)[0, 1, 0, 0]", "0.0821918"),
      (
        "localResponseNormalization(conv1, n: 3, alpha: 3, beta: 1, convention: \"2012\")[0, 1, 0, 0]",
        "0.0821918"
      ),
      ("crossEntropy([0, 0], 1)", "0.693147"), ("crossEntropy([0, 0], label: 1)", "0.693147"),
      ("outputSize(227, kernel: 11, stride: 4)", "55"),
      (
        "outputSize(224, kernel: 11, stride: 4)",
        "54; (224 + 2·0 − 11) / 4 + 1 is not whole: 54.25; rounded down 54"
      ),
      (
        "outputSize(32, kernel: 3, stride: 2, rounding: \"ceil\")",
        "16; (32 + 2·0 − 3) / 2 + 1 is not whole: 15.5; rounded up 16"
      ),
      ("topK(v, k: 2)", "[3, 0]; [3] 4 · [0] 1"),
      ("topK(fc, k: 3)", "[2, 1, 3]; [2] 0.4 · [1] 0.2 · [3] 0.2"),
      ("topK(fc)", "[2, 1, 3, 0, 4]; [2] 0.4 · [1] 0.2 · [3] 0.2 · [0] 0.1 · [4] 0.1"),
      ("topK(m, k: 2)", "[[2, 1], [2, 1]]"), ("topK([7], k: 1)[0]", "0; [0] 7"),
      ("topK(broken, k: 2)", "[1, 2]; [1] nan · [2] 2; 1 value is not a number; it comes first"),
      (
        "topK(wide, k: 11).count",
        "11; [39] 29 · [38] 28 · [37] 27 · [36] 26 · [35] 25 · [34] 24 · [33] 23 · [32] 22 · [31] 21"
          + " · [30] 20 · …"
      ),
      ("relu", "relu(x): max(0, x), element by element"),
    ] as [(String, String)])
  func calls(source: String, expected: String) throws {
    #expect(try printed(source) == expected)
  }

  /// With as many values as the network has classes, the classes are named.
  @Test func namesClasses() throws {
    var environment = FakeEnvironment()
    environment.classNames = ["cat", "dog", "ship", "frog", "deer"]
    #expect(try printed("topK(fc, k: 2)", environment) == "[2, 1]; 2 ship 0.4 · 1 dog 0.2")
    #expect(try printed("topK(v, k: 1)", environment) == "[3]; [3] 4")
  }

  @Test("a let reports the name and keeps its value")
  func bindsNames() throws {
    var environment = FakeEnvironment()
    let evaluated = try evaluate("let mine = v * 2", in: &environment)
    #expect(evaluated.name == "mine")
    #expect(try evaluate("mine.max", in: &environment).value == Value(8))
  }

  /// What the example of each function gives, of the layers that `FakeEnvironment.examples` has.
  static let examples = [
    "abs": "3", "sqrt": "1.41421", "exp": "2.71828", "log": "2.30259", "tanh": "0.462117",
    "floor": "54", "ceil": "55", "round": "3", "pow": "1024", "min": "1", "max": "3",
    "sum": "736", "mean": "3", "argmax": "1", "topK": "[1, 2]; [1] 9 · [2] 4", "relu": "[0, 2]",
    "elu": "[−0.632121, 2]",
    "softmax": "[0.0900306, 0.244728, 0.665241]",
    "zeros": "3×4 [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]", "reshape": "2×2 [1, 2, 3, 4]",
    "flatten": "1×4 [5, 6, 7, 8]", "convolution": "1×2×1×1 [6.25, 5]", "maxPooling": "1×1×1×1 [9]",
    "averagePooling": "1×1×1×1 [5]",
    "linear": "1×3 [1.5, 2, 3]", "localResponseNormalization": "1×2×1×1 [1.78214, 2.37619]",
    "crossEntropy": "0.407606",
    "outputSize": "55",
  ]

  @Test(
    "every example in the table of functions gives what it should",
    arguments: Function.all.map(\.name))
  func examplesWork(_ name: String) throws {
    let function = try #require(Function.named(name))
    #expect(function.example.hasPrefix(name + "("))
    #expect(try printed(function.example, .examples) == Self.examples[name])
  }
}
