import Basics
import Datasets
import Foundation

/// What a command is about to do, for asking the user before it starts.
package struct Work: Equatable, Sendable {
  /// What the command does, starting with a verb: `trains quick32 for 1 epoch`.
  package var deed: String
  /// About how many seconds that takes; nil if it can't be estimated.
  package var seconds: Double?
  /// Whether it counts as long even if the estimate is short.
  package var isTraining = false
  /// Whether it leaves the session unchanged, so that a lesson that is resumed needn't do it again.
  package var leavesSession = true

  /// Work, described.
  package init(
    deed: String, seconds: Double? = nil, isTraining: Bool = false, leavesSession: Bool = true
  ) {
    (self.deed, self.seconds) = (deed, seconds)
    (self.isTraining, self.leavesSession) = (isTraining, leavesSession)
  }

  /// Whether to ask the user first: if it trains, or takes more than 5 seconds or an unknown time.
  package var isLong: Bool { isTraining || (seconds ?? .infinity) > 5 }

  /// The deed with the estimated time.
  package var words: String {
    deed + (seconds.map { ", which takes \(DurationFormat.roughly($0)) on \(Self.cores)" } ?? "")
  }

  private static var cores: String {
    let count = ProcessInfo.processInfo.activeProcessorCount
    return count == 1 ? "a free core" : "\(count) free cores"
  }

  /// About how many seconds it takes to train a network on the fast engine.
  ///
  /// - Parameters:
  ///   - multiplyAdds: of one image, forward; backward counts as two forward passes.
  ///   - images: the number of images trained on, over all epochs.
  package static func seconds(multiplyAdds: Int, images: Double) -> Double {
    seconds(multiplyAdds: 3 * Double(multiplyAdds) * images, on: "onednn")
  }

  /// About how many seconds an engine takes for a number of multiply-adds.
  ///
  /// The fast engine reached 57 G multiply-adds per second and core when training `quick32` (recipe
  /// `80-seconds`, 15 s per epoch of 48,000 images on two cores), the reference 1.26 G on one core in
  /// a forward pass of `alexnet` (0.9 s); the planted engines are as fast as the reference.
  package static func seconds(multiplyAdds: Double, on engine: String) -> Double {
    let cores = Double(ProcessInfo.processInfo.activeProcessorCount)
    return multiplyAdds / (engine == "onednn" ? 57e9 * cores : 1.26e9)
  }

  /// The number of images in each part of a data set, if its name is a known one.
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
  /// The work of a cell's commands that may take long.
  package func work(of cell: String) -> [Work] {
    commands.instructions(of: cell).compactMap { work(of: $0) }
  }

  /// A cell without its long-running instructions that leave the session unchanged.
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
