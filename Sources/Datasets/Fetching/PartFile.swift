import Foundation
import TensorFiles

/// The part of a download that is here so far: a file next to where the data will be, with a note
/// of what it is a part of. Only one program at a time can hold it.
final class PartFile {
  /// What the bytes are a part of.
  struct Memo: Equatable {
    /// The SHA-256 of the address, which may hold a password.
    var address: String
    /// The server's validator for this version of the file.
    var validator: String?
    /// The length of the whole in bytes, if the server gave it.
    var total: Int?
  }

  /// Where the file is.
  let path: String
  /// The bytes so far.
  private(set) var count: Int
  private let lock: FileLock
  private var descriptor: Int32 { lock.descriptor }

  /// Opens the file, or creates it.
  ///
  /// - Throws: `ImageError` if it can't be written, or another program is writing it.
  init(_ path: String) throws(ImageError) {
    // The program that held it before may have removed it since it was opened.
    while true {
      let lock: FileLock
      do throws(FileLock.Refusal) {
        lock = try FileLock(path, flags: O_RDWR | O_CREAT | O_NOFOLLOW)
      } catch {
        if case .notOpened(let number) = error {
          throw ImageError(cannotWrite: path, errno: number)
        }
        throw ImageError(
          "another program is fetching into \(path)", hint: "wait for it, or stop it")
      }
      var mine = stat()
      var there = stat()
      guard fstat(lock.descriptor, &mine) == 0, mine.st_mode & S_IFMT == S_IFREG else {
        throw ImageError("cannot write \(path): it is not a regular file")
      }
      guard lstat(path, &there) == 0, (mine.st_dev, mine.st_ino) == (there.st_dev, there.st_ino)
      else { continue }
      (self.path, self.lock) = (path, lock)
      count = Int(mine.st_size)
      return
    }
  }

  /// Adds bytes at the end. If the disk is full, those that still fit are kept.
  func append(_ bytes: UnsafeRawBufferPointer) throws(ImageError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let piece = UnsafeRawBufferPointer(rebasing: rest)
      let written = pwrite(descriptor, piece.baseAddress, piece.count, off_t(count))
      if written > 0 {
        count += written
        rest = rest.dropFirst(written)
      } else if written < 0 && errno != EINTR {
        throw ImageError(cannotWrite: path, errno: errno)
      }
    }
  }

  /// Forgets all bytes.
  func restart() throws(ImageError) {
    guard ftruncate(descriptor, 0) == 0 else { throw ImageError(cannotWrite: path, errno: errno) }
    count = 0
    unlink(memoPath)
  }

  /// Removes the file.
  func remove() {
    unlink(path)
    unlink(memoPath)
  }

  /// The note, if it exists and can be read.
  var memo: Memo? {
    guard let bytes = try? OpenFile.bytes(of: memoPath, limit: 1 << 16) else { return nil }
    let lines = String(decoding: bytes, as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.count >= 3 else { return nil }
    return Memo(
      address: String(lines[0]), validator: lines[1].isEmpty ? nil : String(lines[1]),
      total: Int(lines[2]))
  }

  /// Writes the note.
  func note(_ memo: Memo) throws(ImageError) {
    let validator = memo.validator?.filter { !$0.isNewline } ?? ""
    let total = memo.total.map { "\($0)" } ?? ""
    do throws(FileError) {
      try AtomicFile.write("\(memo.address)\n\(validator)\n\(total)\n", to: memoPath)
    } catch {
      throw ImageError(error)
    }
  }

  private var memoPath: String { path + ".from" }
}
