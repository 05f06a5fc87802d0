import Cells
import Expressions
import Tensors

/// The environment of a session that remembers which layers' values were asked for.
///
/// A question such as "what is norm1[5, 3, 3]?" wants a computation, and an answer that reads the
/// element instead shows itself here, however it is wrapped: in brackets, a `let`, or a function.
final class ReadingLog: Environment {
  /// Something computed by running the network.
  enum Read: Hashable {
    /// The output of the layer at an index; −1 is the network's input.
    case value(Int)
    /// The gradient at the output of the layer at an index.
    case gradient(Int)

    /// Whether reading this gives away what was asked: it is the same, or follows from it. Values
    /// follow from those of earlier layers, gradients from those of later ones.
    func givesAway(_ asked: Read) -> Bool {
      switch (self, asked) {
      case (.value(let index), .value(let asked)): index >= asked
      case (.gradient(let index), .gradient(let asked)): index <= asked
      default: false
      }
    }
  }

  private let base: SessionEnvironment
  /// The commands, whose names are no answers.
  var commands: CommandTable { base.session.commands }
  /// What was asked for, even where it could not be had.
  private(set) var reads: Set<Read> = []

  /// A log that reads from a copy of a session.
  init(_ session: Session) { base = SessionEnvironment(session) }

  /// What an expression reads, as far as it can be evaluated.
  ///
  /// - Throws: `Cancelled`.
  static func reads(of text: String, in session: Session) throws -> Set<Read> {
    var log = ReadingLog(session)
    do { _ = try Expressions.evaluate(text, in: &log) } catch is ExpressionError {}
    return log.reads
  }

  /// Whether anything that was read gives one of these away.
  func givesAway(_ asked: Set<Read>) -> Bool {
    asked.contains { asked in reads.contains { $0.givesAway(asked) } }
  }

  var cancellation: Cancellation { base.cancellation }

  func lookup(_ name: String) throws -> Value? {
    if name == "input", base.session.bindings[name] == nil { reads.insert(.value(-1)) }
    return try base.lookup(name)
  }

  func result(ofCell number: Int) throws -> Value? { try base.result(ofCell: number) }

  func bind(_ name: String, to value: Value) throws { try base.bind(name, to: value) }

  func names() -> [String] { base.names() }

  func members(of layer: String) -> [String] { base.members(of: layer) }

  func member(_ member: String, of layer: String) throws -> Value? {
    if let index = base.session.network.index(of: layer) {
      switch member {
      case "output": reads.insert(.value(index))
      case "input": reads.insert(.value(index - 1))
      case "gradient": reads.insert(.gradient(index))
      default: break
      }
    }
    return try base.member(member, of: layer)
  }
}
