import TestSupport
import Testing

@testable import Expressions

/// Mutated expressions from a seeded generator: any input gives a value, or an error with a
/// location in the text.
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
      var mutator = Mutator("expressions \(run)", seed: 1)
      let source = mutator.text(
        mutator.pick(ExpressionSeeds.all), pieces: ExpressionSeeds.pieces,
        others: [mutator.pick(ExpressionSeeds.all)])
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
      Self.checkHelpers(source, cursor: mutator.below(source.unicodeScalars.count + 2))
    }
    // If every mutation failed, none would reach the evaluator.
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
}
