import Basics
import Datasets
import Foundation

/// What a command is about to do, for somebody who is asked before it begins.
package struct Work: Equatable, Sendable {
  /// What it does, with a verb first: `trains quick32 for 1 epoch`.
  package var deed: String
  /// About how many seconds that takes; nil where nobody can tell before.
  package var seconds: Double?
  /// Whether it counts as long however short it is expected to be.
  package var isTraining = false
  /// Whether it leaves the session as it was: a lesson that goes on later need not do it again.
  package var leavesSession = true

  /// Work, described.
  package init(
    deed: String, seconds: Double? = nil, isTraining: Bool = false, leavesSession: Bool = true
  ) {
    (self.deed, self.seconds) = (deed, seconds)
    (self.isTraining, self.leavesSession) = (isTraining, leavesSession)
  }

  /// Whether people are asked before it.
  package var isLong: Bool { isTraining || (seconds ?? .infinity) > 5 }

  /// The deed and the time.
  package var words: String {
    deed + (seconds.map { ", which takes \(Self.about($0)) on \(Self.cores)" } ?? "")
  }

  private static var cores: String {
    let count = ProcessInfo.processInfo.activeProcessorCount
    return count == 1 ? "a free core" : "\(count) free cores"
  }

  private static func about(_ seconds: Double) -> String {
    switch seconds {
    case ..<8: "a few seconds"
    case ..<50: "about \(Int(clamping: (seconds / 10).rounded(.up)) * 10) seconds"
    case ..<90: "about a minute"
    case ..<5400: "about \(Int(rounding: seconds / 60)) minutes"
    case ..<1e7: "about \(Int(rounding: seconds / 3600)) hours"
    default: "very long"
    }
  }

  /// About how many seconds it takes to train a network on the fast engine.
  ///
  /// - Parameters:
  ///   - multiplyAdds: of one image, forward; backward counts as two forward passes.
  ///   - images: how many are trained on, all epochs together.
  package static func seconds(multiplyAdds: Int, images: Double) -> Double {
    seconds(multiplyAdds: 3 * Double(multiplyAdds) * images, on: "onednn")
  }

  /// About how many seconds an engine takes for a number of multiply-adds.
  ///
  /// The fast engine came to 57 G multiply-adds a second and core in the training of `quick32` (recipe
  /// `80-seconds`, 15 s an epoch of 48,000 images on two cores), the reference to 1.26 G on one core in
  /// a forward pass of `alexnet` (0.9 s); the planted engines compute as the reference does.
  package static func seconds(multiplyAdds: Double, on engine: String) -> Double {
    let cores = Double(ProcessInfo.processInfo.activeProcessorCount)
    return multiplyAdds / (engine == "onednn" ? 57e9 * cores : 1.26e9)
  }

  /// How many images the parts of a data set have, where its name says so.
  package static func imageCounts(of data: String) -> (train: Int, test: Int)? {
    switch data {
    case "cifar10": (50_000, 10_000)
    case Shapes.name: (Shapes.trainCount, Shapes.testCount)
    case HardShapes.name: (HardShapes.trainCount, HardShapes.testCount)
    default: nil
    }
  }
}

extension Session {
  /// What the commands of a cell are about to do that may take long.
  package func work(of cell: String) -> [Work] {
    commands.instructions(of: cell).compactMap { work(of: $0) }
  }

  /// A cell without the instructions that take long, which leave nothing behind in a session.
  package func withoutLongWork(_ cell: String) -> String {
    let all = commands.instructions(of: cell)
    let short = all.filter { instruction in
      !(work(of: instruction).map { $0.isLong && $0.leavesSession } ?? false)
    }
    return short.count == all.count ? cell : short.map(\.source).joined(separator: "\n")
  }

  private func work(of instruction: Instruction) -> Work? {
    guard instruction.command != nil, let words = try? instruction.words(),
      case .command(let parsed as any Command)? = try? commands.read(words)
    else { return nil }
    var copy = self
    guard (try? GlobalOptions.of(parsed).apply(to: &copy)) != nil else { return nil }
    return parsed.work(in: copy)
  }
}
