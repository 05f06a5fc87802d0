import Basics
import CLibrary
import TensorFiles

/// The right of one process to write to a folder, as long as the object lives. The system releases
/// it when the process ends in any way, so a dead process's lock is free.
final class RunFolderLock: Sendable {
  /// The locked file.
  static let fileName = "lock"

  private let descriptor: Int32

  /// Takes the lock of a folder.
  ///
  /// - Throws: `RunFolderError` if another process has it, or the file can't be created.
  init(folder: String, named name: String) throws(RunFolderError) {
    let path = folder + "/" + Self.fileName
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw RunFolderError(name, "it can't be written to: \(String(cString: strerror(errno)))")
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let number = errno
      let owner = Self.owner(descriptor)
      close(descriptor)
      guard number == EWOULDBLOCK else {
        throw RunFolderError(name, "it can't be locked: \(String(cString: strerror(number)))")
      }
      throw RunFolderError(
        name, "another training run is writing to it" + (owner.map { " (process \($0))" } ?? ""),
        hint: "wait for it, or choose another folder with --out")
    }
    // Only for the message above, so a full disk must not stop it here.
    ftruncate(descriptor, 0)
    let text = "\(getpid())\n"
    _ = text.withCString { write(descriptor, $0, strlen($0)) }
  }

  deinit {
    // A process forked in the meantime has the file open until it executes its program; closing
    // alone would leave the lock with it until then.
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }

  private static func owner(_ descriptor: Int32) -> Int? {
    var bytes = [UInt8](repeating: 0, count: 32)
    let count = pread(descriptor, &bytes, bytes.count, 0)
    guard count > 0 else { return nil }
    return Int(String(decoding: bytes.prefix(count).prefix { $0 != 0x0A }, as: UTF8.self))
  }
}

/// Why a run's folder can't be used, in one line.
package struct RunFolderError: DescribedError, Hashable, Sendable, CustomStringConvertible {
  /// The folder, as the caller named it.
  package let folder: String
  /// What is wrong with it.
  package let reason: String
  /// What to do, if known.
  package let hint: String?

  init(_ folder: String, _ reason: String, hint: String? = nil) {
    (self.folder, self.reason, self.hint) = (folder, reason, hint)
  }

  /// The folder and the reason.
  package var message: String { "\(printable(folder)): \(reason)" }
  /// The message.
  package var description: String { message }
  /// Always `.file`.
  package var kind: ErrorKind { .file }
}
