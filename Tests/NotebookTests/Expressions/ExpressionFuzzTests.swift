import Tensors
import Testing

@testable import Notebook

/// Mutated expressions, from a seeded generator: whatever is typed, the language answers with a value or
/// with an error whose place lies in the text.
struct ExpressionFuzzTests {
  /// What mutations start from: every construct of the language.
  static let seeds =
    Function.all.map(\.example) + [
      "(227 - 11) / 4 + 1", "conv1.weight[0, 0, 0...1, 0..<2]", "let b = v * 2 // note",
      "conv1[1, 2, 3] == 23 && !(a < 2)", "\"text \\\" \\n\"", "[96, 55, 55][1]", "-2 ** 2 % 5",
      "out[3] / half", "m[0..., ...1].transposed.mean", "later.shape", "wide.values",
      "convolution(conv1.input, conv1.weight, conv1.bias, stride: 2, padding: 1)",
      "localResponseNormalization(conv1, n: 5, k: 2, alpha: 1e-4, convention: \"onnx\")",
      "maxPooling(conv1, kernel: 2, stride: 2, rounding: \"ceil\")", "27 x 27", "62,378,344",
      "zeros(2, 3, 4)[1, 2, 3] + 0x1F", "3 × 4 ÷ 2 − 1 ≤ 7", "let b = 1; b\n[1,\n2]",
    ]

  /// What mutations put in.
  static let pieces: [String] =
    Symbol.allCases.map(\.rawValue) + [
      "0", "7", "1e9", "1e300", "9007199254740993", "-1", "1.5", ".5", "0x", "nan", "inf", "..",
      "…",
      "conv1", "v", "m", "fc", "later", "broken", "out", "let ", "true", ".mean", ".shape", "\"",
      "\\",
      "#", "//", "\n", "\r\n", "\t", " ", "\u{0}", "\u{7F}", "×", "−", "²", "é", "e\u{301}", "名",
      "🙂",
      "\u{202E}", "\u{FEFF}", "\u{10FFFF}", "^", "&", "|", "'", "x", "_", ",", "n:", "kernel: 2",
    ]

  @Test("100,000 mutated expressions give a value or an error with a place in the text")
  func mutatedExpressions() {
    #if DEBUG
      let count: UInt64 = 5_000
    #else
      let count: UInt64 = 100_000
    #endif
    var values = 0
    for run in 0..<count {
      var random = Draw(CounterRandom("expressions \(run)", seed: 1))
      let source = Self.mutated(&random)
      var environment = FakeEnvironment()
      do {
        let value = try evaluate(source, in: &environment).value
        #expect(!value.description.isEmpty)
        values += 1
        #expect(!isIncomplete(source), "\(source.debugDescription)")
      } catch let error as ExpressionError {
        Self.check(error, of: source)
      } catch {
        Issue.record("\(source.debugDescription) threw \(error)")
      }
      Self.checkHelpers(source, cursor: random.below(source.unicodeScalars.count + 2))
    }
    // Mutations that only ever failed would not reach the evaluator.
    #expect(values > Int(count) / 20)
  }

  private static func check(_ error: ExpressionError, of source: String) {
    let length = source.unicodeScalars.count
    #expect(error.range.lowerBound >= 0 && error.range.upperBound <= length, "\(source)")
    #expect(error.line >= 1 && error.column >= 1 && error.column <= length + 1, "\(source)")
    #expect(!error.message.isEmpty)
  }

  private static func checkHelpers(_ source: String, cursor: Int) {
    let completions = expressionCompletions(source, at: cursor, in: FakeEnvironment())
    #expect(completions.range.upperBound <= source.unicodeScalars.count)
    _ = hasOpenBrackets(source)
  }

  /// A seed with one to five pieces put in, taken out, doubled, or joined with another seed.
  private static func mutated(_ random: inout Draw) -> String {
    var scalars = Array(seeds[random.below(seeds.count)].unicodeScalars)
    for _ in 0...random.below(5) {
      let place = random.below(scalars.count + 1)
      let end = min(scalars.count, place + random.below(4))
      switch random.below(6) {
      case 0: scalars.removeSubrange(place..<end)
      case 1: scalars.insert(contentsOf: scalars[place..<end], at: place)
      case 2:
        let other = Array(seeds[random.below(seeds.count)].unicodeScalars)
        scalars.replaceSubrange(place..., with: other[random.below(other.count)...])
      case 3: scalars.insert(Unicode.Scalar(UInt16(random.below(0xD800))) ?? " ", at: place)
      default:
        let piece = pieces[random.below(pieces.count)].unicodeScalars
        scalars.replaceSubrange(place..<(random.below(2) == 0 ? place : end), with: piece)
      }
    }
    var text = String.UnicodeScalarView()
    text.append(contentsOf: scalars)
    return String(text)
  }

  /// Random numbers, one after another.
  struct Draw {
    let random: CounterRandom
    var drawn: UInt64 = 0

    init(_ random: CounterRandom) { self.random = random }

    mutating func below(_ bound: Int) -> Int {
      drawn += 1
      return random.below(bound, drawn)
    }
  }
}
