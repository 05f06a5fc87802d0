import Basics
import CLibrary

/// The right of one process to a file or folder, as long as the object lives. The system releases it
/// when the process ends in any way, so a dead process's lock is free.
package final class FileLock: Sendable {
  /// Why a lock can't be had; numbers are the system's.
  package enum Refusal: DescribedError {
    /// The file can't be opened or created.
    case notOpened(Int32)
    /// Another process has the lock.
    case isTaken
    /// The file can't be locked for another reason.
    case notLocked(Int32)

    /// Always `.file`.
    package var kind: ErrorKind { .file }

    /// What is wrong with `it`, the file, which the caller names.
    package var message: String {
      switch self {
      case .notOpened(let number): "it can't be written to: \(String(cString: strerror(number)))"
      case .isTaken: "another process is using it"
      case .notLocked(let number): "it can't be locked: \(String(cString: strerror(number)))"
      }
    }
  }

  /// The open file.
  package let descriptor: Int32

  /// Takes the lock.
  ///
  /// - Parameters:
  ///   - path: the file or folder.
  ///   - flags: how it is opened; by default a file that is created if need be.
  ///   - mode: the permissions of a file that is created.
  package init(
    _ path: String, flags: Int32 = O_RDWR | O_CREAT, mode: mode_t = 0o666
  ) throws(Refusal) {
    // Kept only once it is locked: a class that throws with all its properties set runs its deinit.
    let descriptor = open(path, flags | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw .notOpened(errno) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let number = errno
      close(descriptor)
      throw number == EWOULDBLOCK ? .isTaken : .notLocked(number)
    }
    self.descriptor = descriptor
  }

  deinit {
    // A process forked in the meantime has the file open until it executes its program; closing
    // alone would leave the lock with it until then.
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }
}
