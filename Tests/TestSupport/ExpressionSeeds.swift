import Expressions

/// Expressions to mutate, and pieces to insert.
package enum ExpressionSeeds {
  /// The expressions to mutate: every construct of the language.
  package static let all =
    Function.all.map(\.example) + [
      "(227 - 11) / 4 + 1", "conv1.weight[0, 0, 0...1, 0..<2]", "let b = v * 2 // note",
      "conv1[1, 2, 3] == 23 && !(a < 2)", "\"text \\\" \\n\"", "[96, 55, 55][1]", "-2 ** 2 % 5",
      "out[3] / half", "m[0..., ...1].transposed.mean", "later.shape", "wide.values",
      "convolution(conv1.input, conv1.weight, conv1.bias, stride: 2, padding: 1)",
      "localResponseNormalization(conv1, n: 5, k: 2, alpha: 1e-4, convention: \"onnx\")",
      "maxPooling(conv1, kernel: 2, stride: 2, rounding: \"ceil\")", "27 x 27", "62,378,344",
      "zeros(2, 3, 4)[1, 2, 3] + 0x1F", "3 × 4 ÷ 2 − 1 ≤ 7", "let b = 1; b\n[1,\n2]",
    ]

  /// The pieces that mutations insert.
  package static let pieces: [String] =
    Symbol.allCases.map(\.rawValue) + [
      "0", "7", "1e9", "1e300", "9007199254740993", "-1", "1.5", ".5", "0x", "nan", "inf", "..",
      "…",
      "conv1", "v", "m", "fc", "later", "broken", "out", "let ", "true", ".mean", ".shape", "\"",
      "\\",
      "#", "//", "\n", "\r\n", "\t", " ", "\u{0}", "\u{7F}", "×", "−", "²", "é", "e\u{301}", "名",
      "🙂",
      "\u{202E}", "\u{FEFF}", "\u{10FFFF}", "^", "&", "|", "'", "x", "_", ",", "n:", "kernel: 2",
    ]
}
