import Basics
import CLibrary
import TensorFiles

/// The right of one process to write to a folder, as long as the object lives.
final class RunFolderLock: Sendable {
  /// The locked file.
  static let fileName = "lock"

  private let lock: FileLock

  /// Takes the lock of a folder.
  ///
  /// - Throws: `RunFolderError` if another process has it, or the file can't be created.
  init(folder: String, named name: String) throws(RunFolderError) {
    let path = folder + "/" + Self.fileName
    do throws(FileLock.Refusal) {
      lock = try FileLock(path)
    } catch {
      guard case .isTaken = error else { throw RunFolderError(name, error.message) }
      let owner = Self.owner(path).map { " (process \($0))" } ?? ""
      throw RunFolderError(
        name, "another training run is writing to it" + owner,
        hint: "wait for it, or choose another folder with --out")
    }
    // Only for the message above, so a full disk must not stop it here.
    ftruncate(lock.descriptor, 0)
    let text = "\(getpid())\n"
    _ = text.withCString { write(lock.descriptor, $0, strlen($0)) }
  }

  private static func owner(_ path: String) -> Int? {
    guard let bytes = try? OpenFile.bytes(of: path, limit: 32) else { return nil }
    return Int(String(decoding: bytes.prefix { $0 != 0x0A }, as: UTF8.self))
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
