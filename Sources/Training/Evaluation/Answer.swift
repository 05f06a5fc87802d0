import Parallel
import RealModule
import Tensors

/// A network's answer to one image.
struct Answer: Hashable {
  var label: Int
  /// The class with the largest output; nil if a NaN is among the outputs.
  var guess: Int?
  var isAmongTopFive = false
  /// In nats; NaN if there is no answer.
  var loss: Double

  /// The answer by the sums of an image's outputs over all crops; nil if there are no outputs. Of equal
  /// outputs, the first class wins.
  init?(_ sums: ArraySlice<Double>, count: Int, label: Int, areProbabilities: Bool) {
    guard let largest = sums.indexOfLargest else { return nil }
    self.label = label
    guard !sums[largest].isNaN else {
      loss = .nan
      return
    }
    guess = largest - sums.startIndex
    if let rank = sums.rank(of: sums.startIndex + label) {
      isAmongTopFive = rank < TopFive.guesses
    }
    let output = sums[sums.startIndex + label] / Double(count)
    guard areProbabilities else {
      // ln Σ e^x − x, after subtracting the largest x.
      let most = sums[largest] / Double(count)
      let sum = sums.reduce(0) { $0 + Double.exp($1 / Double(count) - most) }
      loss = Double.log(sum) + most - output
      return
    }
    loss = -Double.log(max(output, 1e-38))
  }

  // MARK: As bytes

  /// Label, guess, top 5 and loss, 8 bytes each.
  static let size = 32

  var bytes: [UInt8] {
    [UInt64(label), guess.map { UInt64($0) } ?? .max, isAmongTopFive ? 1 : 0, loss.bitPattern]
      .flatMap { number in (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) } }
  }

  init(_ bytes: ArraySlice<UInt8>) {
    func number(_ place: Int) -> UInt64 {
      bytes.dropFirst(8 * place).prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
    label = Int(number(0))
    guess = number(1) == .max ? nil : Int(number(1))
    isAmongTopFive = number(2) != 0
    loss = Double(bitPattern: number(3))
  }
}

/// Answers of several ranks, each of which has a part of the images.
enum SharedAnswers {
  /// Everyone's answers, in the order of the ranks.
  ///
  /// - Throws: on every rank, if the work of one is cancelled or can't read an image.
  static func all(
    of ranks: any Collective, _ work: () throws -> [Answer]
  ) throws -> [Answer] {
    guard ranks.size > 1 else { return try work() }
    return try ranks.share { try work().flatMap(\.bytes) }.flatMap { bytes in
      stride(from: 0, to: bytes.count, by: Answer.size).map {
        Answer(bytes[$0..<($0 + Answer.size)])
      }
    }
  }
}
