import Tensors
import TestSupport
import Testing

@testable import Expressions

/// Mutated expressions, from a seeded generator: whatever is typed, the language answers with a value or
/// with an error whose place lies in the text.
struct ExpressionFuzzTests {
  @Test("100,000 mutated expressions give a value or an error with a place in the text")
  func mutatedExpressions() {
    #if DEBUG
      let count: UInt64 = 5_000
    #else
      let count: UInt64 = 100_000
    #endif
    var values = 0
    for run in 0..<count {
      var random = ExpressionSeeds.Draw(CounterRandom("expressions \(run)", seed: 1))
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
  private static func mutated(_ random: inout ExpressionSeeds.Draw) -> String {
    var scalars = Array(ExpressionSeeds.all[random.below(ExpressionSeeds.all.count)].unicodeScalars)
    for _ in 0...random.below(5) {
      let place = random.below(scalars.count + 1)
      let end = min(scalars.count, place + random.below(4))
      switch random.below(6) {
      case 0: scalars.removeSubrange(place..<end)
      case 1: scalars.insert(contentsOf: scalars[place..<end], at: place)
      case 2:
        let other = Array(
          ExpressionSeeds.all[random.below(ExpressionSeeds.all.count)].unicodeScalars)
        scalars.replaceSubrange(place..., with: other[random.below(other.count)...])
      case 3: scalars.insert(Unicode.Scalar(UInt16(random.below(0xD800))) ?? " ", at: place)
      default:
        let piece = ExpressionSeeds.pieces[random.below(ExpressionSeeds.pieces.count)]
          .unicodeScalars
        scalars.replaceSubrange(place..<(random.below(2) == 0 ? place : end), with: piece)
      }
    }
    var text = String.UnicodeScalarView()
    text.append(contentsOf: scalars)
    return String(text)
  }
}
