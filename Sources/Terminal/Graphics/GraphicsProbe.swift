import CLibrary
import CLineEditor
import Cells

/// Finds out which images the terminal shows, by asking it.
struct GraphicsProbe {
  /// What the terminal answered.
  struct Replies: Equatable {
    /// Its name and version (XTVERSION): `XTerm(379)`, `kitty(0.26.5)`.
    var version: String?
    /// Its attributes (DA1); 4 is sixel. Nil if it didn't answer.
    var attributes: [Int]?
    /// Whether it understands kitty's graphics protocol.
    var hasKitty = false
    /// How many colors its sixels can have.
    var colors: Int?
    /// What isn't a reply: keys that were pressed meanwhile.
    var keys: [UInt8] = []

    /// Parses what was read. An unfinished sequence at the end is left out.
    init(_ bytes: [UInt8]) {
      var place = 0
      while place < bytes.count {
        guard bytes[place] == 0x1B, place + 1 < bytes.count,
          let end = Self.end(of: bytes, from: place)
        else {
          if bytes[place] == 0x1B { break }
          keys.append(bytes[place])
          place += 1
          continue
        }
        take(String(decoding: bytes[place + 1..<end], as: UTF8.self), bytes[place..<end])
        place = end
      }
    }

    /// The end of the control sequence or string at `start`; nil if it isn't complete.
    private static func end(of bytes: [UInt8], from start: Int) -> Int? {
      switch bytes[start + 1] {
      case UInt8(ascii: "["):
        return bytes[(start + 2)...].firstIndex { (0x40...0x7E).contains($0) }.map { $0 + 1 }
      case UInt8(ascii: "P"), UInt8(ascii: "_"), UInt8(ascii: "]"):
        for place in start + 2..<max(start + 2, bytes.count) {
          if bytes[place] == 7 { return place + 1 }
          if bytes[place] == 0x1B, place + 1 < bytes.count, bytes[place + 1] == UInt8(ascii: "\\") {
            return place + 2
          }
        }
        return nil
      default: return start + 2
      }
    }

    private mutating func take(_ sequence: String, _ bytes: ArraySlice<UInt8>) {
      let body = sequence.dropFirst(2)
      func numbers(_ text: some StringProtocol) -> [Int] {
        text.split(separator: ";").compactMap { Int($0) }
      }
      if sequence.hasPrefix("P>|") {
        version = String(sequence.dropFirst(3).prefix { $0 != "\u{1B}" && $0 != "\u{7}" })
      } else if sequence.hasPrefix("[?"), sequence.hasSuffix("c") {
        attributes = numbers(body.dropLast())
      } else if sequence.hasPrefix("[?"), sequence.hasSuffix("S") {
        let reply = numbers(body.dropLast())
        if reply.count == 3, reply[0] == 1, reply[1] == 0 { colors = reply[2] }
      } else if sequence.hasPrefix("_Gi=31;") {
        hasKitty = sequence.dropFirst("_Gi=31;".count).hasPrefix("OK")
      } else {
        keys += bytes
      }
    }
  }

  /// The questions, each round ended by DA1, which every terminal answers.
  static let first = "\u{1B}[>q\u{1B}[c"
  /// Kitty's question is about an image of one pixel; a terminal with sixels is also asked how many colors
  /// they can have.
  static func second(hasSixel: Bool) -> String {
    "\u{1B}_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\u{1B}\\" + (hasSixel ? "\u{1B}[?1;1;0S" : "")
      + "\u{1B}[c"
  }
  /// How long to wait for each round.
  private static let patience = Duration.milliseconds(250)

  /// Writes to the terminal and returns what it sends until DA1 has been answered, or the time is over.
  var ask: (String) -> [UInt8]
  /// A variable of the environment; "" if it isn't set.
  var variable: (String) -> String

  /// The form of images, and keys that were pressed while the terminal was asked.
  func run() -> (form: TerminalGraphics.Form, keys: [UInt8]) {
    // In a multiplexer the replies could go to another pane.
    let term = variable("TERM")
    guard variable("TMUX").isEmpty, variable("STY").isEmpty, !term.hasPrefix("screen"),
      !term.hasPrefix("tmux")
    else { return (.blocks, []) }
    let replies = Replies(ask(Self.first))
    let version = (replies.version ?? "").lowercased()
    guard !version.hasPrefix("tmux"), !version.hasPrefix("screen") else {
      return (.blocks, replies.keys)
    }
    let program = variable("TERM_PROGRAM")
    let isITerm2 =
      ["iTerm.app", "WezTerm"].contains(program) || version.hasPrefix("iterm2")
      || version.hasPrefix("wezterm")
    // A terminal that doesn't even answer DA1 isn't asked again.
    guard let attributes = replies.attributes else {
      return (isITerm2 ? .iTerm2 : .blocks, replies.keys)
    }
    let hasSixel = attributes.contains(4)
    let more = Replies(ask(Self.second(hasSixel: hasSixel)))
    let keys = replies.keys + more.keys
    if more.hasKitty { return (.kitty, keys) }
    if isITerm2 { return (.iTerm2, keys) }
    return (hasSixel ? .sixel(colors: min(256, max(2, more.colors ?? 256))) : .blocks, keys)
  }

  /// A probe of the terminal on standard input and output.
  static var terminal: GraphicsProbe {
    GraphicsProbe(
      ask: { question in
        var settings = termios()
        guard tcgetattr(STDIN_FILENO, &settings) == 0 else { return [] }
        var raw = settings
        raw.c_lflag &= ~tcflag_t(ICANON | ECHO)
        tcsetattr(STDIN_FILENO, TCSANOW, &raw)
        defer { tcsetattr(STDIN_FILENO, TCSANOW, &settings) }
        StandardStream.output.write(question)
        let end = ContinuousClock.now + patience
        var bytes: [UInt8] = []
        while Replies(bytes).attributes == nil, ContinuousClock.now < end {
          guard input_wait(STDIN_FILENO, 25) == INPUT_READABLE else { continue }
          var part = [UInt8](repeating: 0, count: 4096)
          let count = read(STDIN_FILENO, &part, part.count)
          guard count > 0 else { break }
          bytes += part.prefix(count)
        }
        return bytes
      },
      variable: { getenv($0).map { String(cString: $0) } ?? "" })
  }
}
