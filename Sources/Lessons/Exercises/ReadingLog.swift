import Cells
import Expressions
import Tensors

/// A session's environment that records which layers' values an expression reads.
///
/// A question such as "what is norm1[5, 3, 3]?" wants a computation. This detects an answer that
/// reads the element instead, however it is wrapped: in brackets, a `let`, or a function.
final class ReadingLog: Environment {
  /// Something computed by running the network.
  enum Read: Hashable {
    /// The output of the layer at an index; −1 is the network's input.
    case value(Int)
    /// The gradient at the output of the layer at an index.
    case gradient(Int)

    /// Whether reading this reveals `asked`: it is the same value, or follows from it. Values
    /// follow from those of earlier layers, gradients from those of later layers.
    func givesAway(_ asked: Read) -> Bool {
      switch (self, asked) {
      case (.value(let index), .value(let asked)): index >= asked
      case (.gradient(let index), .gradient(let asked)): index <= asked
      default: false
      }
    }
  }

  private let base: SessionEnvironment
  /// The commands: their names aren't answers.
  var commands: CommandTable { base.session.commands }
  /// Everything that was read, including what couldn't be computed.
  private(set) var reads: Set<Read> = []

  /// A log that reads from a copy of a session.
  init(_ session: Session) { base = SessionEnvironment(session) }

  /// What an expression reads, up to where its evaluation fails.
  ///
  /// - Throws: `Cancelled`.
  static func reads(of text: String, in session: Session) throws -> Set<Read> {
    var log = ReadingLog(session)
    do { _ = try Expressions.evaluate(text, in: &log) } catch is ExpressionError {}
    return log.reads
  }

  /// Whether anything that was read reveals one of these.
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
