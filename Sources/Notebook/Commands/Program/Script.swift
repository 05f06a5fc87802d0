import TensorFiles
import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Cells in a file.
public enum Script {
  /// Files larger than this, in bytes, are not scripts.
  static let largest = 16 << 20

  /// The instructions of a file; `-` is standard input, read to its end.
  ///
  /// - Throws: `FileError`, `Cancelled`, or `Failure` where the file is no UTF-8 text.
  public static func instructions(
    of file: String, cancellation: Cancellation
  ) throws -> [Instruction] {
    let bytes =
      file == "-" ? try standardInput(cancellation) : try OpenFile.bytes(of: file, limit: largest)
    guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
      throw Failure(
        .file, "\(quoted(file)) is not UTF-8 text", hint: "a script has one cell a line")
    }
    // A mark of the byte order, which some editors write, says nothing in UTF-8.
    return Notebook.instructions(
      of: text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text)
  }

  /// The failure of a cell with the file that it stands in. A script within a script names its own.
  public static func located(_ failure: Failure, in file: String) -> Failure {
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
