import Basics
import Expressions

/// Assembles instructions from lines as they are typed or read: a command ends with its line unless the
/// line ends with `\`; an expression goes on while it is incomplete.
package struct CellReader {
  /// The instruction that is still incomplete.
  package private(set) var rest: Instruction?

  private let commands: CommandTable

  private var brackets = OpenBrackets()
  private var lines = 0
  /// How often the instruction was parsed, and the line at which it is parsed again even if brackets are
  /// open.
  private var (parses, nextParse) = (0, 1)

  /// The longest expression, in bytes, that may continue on another line.
  private static let longest = 1 << 18
  /// After this many attempts, an incomplete expression counts as complete.
  private static let mostParses = 100

  /// A reader at the start of a cell.
  package init(_ commands: CommandTable) { self.commands = commands }

  /// Takes the next line.
  ///
  /// Only parsing can tell whether an expression is complete. While brackets are open, it is parsed after
  /// 1, 2, 4, 8 … lines, so that the cost stays about proportional to the number of lines.
  ///
  /// - Returns: the instruction that the line completes; nil if it is still incomplete, or if the line is
  ///   empty or a comment.
  package mutating func add(_ line: some StringProtocol, number: Int) -> Instruction? {
    let line = withoutPrompt(line)
    if rest == nil {
      if Self.saysNothing(line) { return nil }
      rest = Instruction(
        source: String(line), line: number, command: commands.command(beginning: line))
    } else {
      rest?.source += "\n" + line
    }
    guard let instruction = rest, !goesOn(instruction, line) else { return nil }
    self = CellReader(commands)
    return instruction
  }

  /// Whether a cell has only empty lines and comments.
  package static func isEmpty(_ cell: String) -> Bool {
    Basics.lines(of: cell).allSatisfy(saysNothing)
  }

  private static func saysNothing(_ line: Substring) -> Bool {
    let trimmed = line.drop { $0.isWhitespace }
    return trimmed.isEmpty || trimmed.hasPrefix("#") || trimmed.hasPrefix("//")
  }

  /// A line without a prompt that was copied with it: `[3]> next`, `>>> x`, `> x`.
  package func withoutPrompt(_ line: some StringProtocol) -> Substring {
    let whole = Substring(line)
    let text = whole.drop { $0 == " " || $0 == "\t" }
    let prompts =
      rest == nil ? [">>> ", "> ", "...> ", "lesson> ", "play> ", "answer> "] : ["...> "]
    for prompt in prompts where text.hasPrefix(prompt) { return text.dropFirst(prompt.count) }
    guard rest == nil, text.first == "[" else { return whole }
    let number = text.dropFirst().prefix { $0.isNumber }
    let after = text.dropFirst(1 + number.count)
    return !number.isEmpty && after.hasPrefix("]> ") ? after.dropFirst(3) : whole
  }

  private mutating func goesOn(_ instruction: Instruction, _ line: some StringProtocol) -> Bool {
    lines += 1
    guard instruction.source.utf8.count <= Self.longest else { return false }
    // A command goes on after a line that ends with a backslash, as in a shell.
    guard instruction.command == nil else { return line.last == "\\" }
    brackets.scan(line)
    if brackets.isOpen && lines < nextParse { return true }
    nextParse = 2 * lines
    parses += 1
    return parses <= Self.mostParses && isIncomplete(instruction.source)
  }
}

/// Whether brackets or a string are open at the end of the scanned text.
private struct OpenBrackets {
  private var depth = 0
  private var isText = false

  var isOpen: Bool { isText || depth > 0 }

  /// Scans the next line.
  mutating func scan(_ line: some StringProtocol) {
    var isEscaped = false
    var last: UInt8 = 0
    for byte in line.utf8 {
      defer { last = byte }
      if isText {
        if byte == UInt8(ascii: "\"") && !isEscaped { isText = false }
        isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
        continue
      }
      switch byte {
      case UInt8(ascii: "#"): return
      case UInt8(ascii: "/") where last == UInt8(ascii: "/"): return
      case UInt8(ascii: "\""): isText = true
      case UInt8(ascii: "("), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: ")"), UInt8(ascii: "]"): depth -= 1
      default: break
      }
    }
  }
}
