import Basics
import CLibrary
import TensorFiles
import Tensors

/// The cells of a file.
package struct Script: Sendable {
  /// The cells' instructions.
  package let instructions: [Instruction]
  /// The seed, if the file is a saved session.
  package let seed: UInt64?

  /// The largest file that is read as a script, in bytes.
  package static let largest = 16 << 20

  /// Reads a file; `-` is standard input, read to its end.
  ///
  /// - Throws: `FileError`, `Cancelled`, or `Failure` if the file isn't UTF-8 text, or was written by a
  ///   newer program.
  package init(_ file: String, commands: CommandTable, cancellation: Cancellation) throws {
    let bytes =
      file == "-"
      ? try Self.standardInput(cancellation) : try OpenFile.bytes(of: file, limit: Self.largest)
    if let other = FileKind.mismatch(bytes, wanted: nil) {
      throw Failure(.file, "\(quoted(file)): \(other.reason)", hint: other.hint)
    }
    guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
      throw Failure(
        .file, "\(quoted(file)) isn't UTF-8 text", hint: "a script has one cell per line")
    }
    // Skip a byte order mark, which some editors write at the start.
    let cells =
      text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
    seed = try SavedSession.seed(ofFirstLine: cells)
    let found = commands.instructions(of: cells)
    instructions = seed == nil ? found : Self.numbered(found, lines(of: cells))
  }

  /// The instructions of a saved session with the numbers from the lines above them.
  private static func numbered(
    _ instructions: [Instruction], _ lines: [Substring]
  ) -> [Instruction] {
    instructions.map { instruction in
      var numbered = instruction
      // Lines count from 1.
      if instruction.line > 1 {
        numbered.number = SavedSession.number(of: lines[instruction.line - 2])
      }
      return numbered
    }
  }

  /// The failure of a cell with the name of its file. A script within a script names its own.
  package static func located(_ failure: Failure, in file: String) -> Failure {
    guard !failure.isLocated else { return failure }
    var located = failure
    located.message = "\(file)\(failure.line.map { ", line \($0)" } ?? ""): \(failure.message)"
    located.isLocated = true
    return located
  }

  private static func standardInput(_ cancellation: Cancellation) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      var ready = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
      let count = poll(&ready, 1, 50) == 0 ? -1 : read(STDIN_FILENO, &chunk, chunk.count)
      try cancellation.check()
      if count > 0 { bytes += chunk[..<count] }
      guard bytes.count <= largest else {
        throw Failure(.file, "standard input holds more than the \(largest) bytes of a script")
      }
      if count == 0 { return bytes }
      if count < 0, ready.revents != 0, errno != EINTR, errno != EAGAIN {
        throw Failure(
          .file, "cannot read standard input: \(String(cString: strerror(errno)))")
      }
    }
  }
}
