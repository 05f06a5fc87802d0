import Basics
import TensorFiles

/// How the work of a training step is shared out to ranks.
package enum ParallelMode: Hashable, Sendable {
  /// Each rank has the whole network and a part of the batch; gradients are summed.
  case data
  /// Convolutions as in `data`; each fully connected layer is split by its outputs, and activations
  /// travel (Krizhevsky 2014, section 4).
  case hybrid(Exchange)
  /// Two ranks, each with half of every layer's channels and the whole batch (the paper's figure 2).
  case columns

  /// How activations travel to the fully connected layers (Krizhevsky 2014, section 4, schemes a to c).
  package enum Exchange: String, CaseIterable, Sendable {
    /// (a) Every rank sends those of its images to all others, then all work on the whole batch.
    case all
    /// (b) One rank at a time sends those of its images, and all work on these.
    case oneByOne = "one-by-one"
    /// (c) Every rank sends those of a part of its images at a time.
    case inParts = "in-parts"
  }

  /// The modes in the order of reports.
  package static let all: [ParallelMode] =
    [.data] + Exchange.allCases.map { .hybrid($0) } + [.columns]

  /// The words that choose a mode, without the exchange.
  package static let words = ["data", "hybrid", "columns"]

  /// The mode's name: `data`, `hybrid, in-parts`.
  package var name: String {
    switch self {
    case .data: "data"
    case .hybrid(let exchange): "hybrid, \(exchange.rawValue)"
    case .columns: "columns"
    }
  }

  /// The mode of a name.
  package init?(name: String) {
    guard let mode = Self.all.first(where: { $0.name == name }) else { return nil }
    self = mode
  }

  /// The mode that two options choose; nil if neither is given. An exchange alone means hybrid.
  ///
  /// - Parameter option: the name of the option that takes `word`.
  /// - Throws: `ParallelModeError`.
  package static func chosen(
    _ word: String?, exchange: String?, option: String
  ) throws(ParallelModeError) -> ParallelMode? {
    let way = exchange.flatMap(Exchange.init)
    if let exchange, way == nil {
      throw ParallelModeError(
        message: "--exchange takes all, one-by-one or in-parts, not \(printable(exchange))")
    }
    switch word {
    case nil: return way.map { .hybrid($0) }
    case "hybrid": return .hybrid(way ?? .all)
    case "data" where way == nil: return .data
    case "columns" where way == nil: return .columns
    case "data", "columns":
      throw ParallelModeError(message: "--exchange is for hybrid", hint: "\(option) hybrid")
    case let word?:
      throw ParallelModeError(
        message: "\(option) takes data, hybrid or columns, not \(printable(word))")
    }
  }
}

/// Options that choose no mode.
package struct ParallelModeError: DescribedError {
  package let message: String
  package var hint: String?

  /// Always `.usage`.
  package var kind: ErrorKind { .usage }
}
