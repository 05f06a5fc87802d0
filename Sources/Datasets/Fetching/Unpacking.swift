import Basics
import Foundation
import TensorFiles
import Tensors

/// Unpacks the files of a data set from its archive, and nothing else.
///
/// The archive isn't trusted: a member is written only if it is a regular file with an expected
/// name that hasn't come before, and isn't longer than expected. The names of written files don't
/// come from the archive, so none of its paths is ever opened.
struct Unpacking {
  /// The folder in the archive that holds the files.
  let folderName: String
  /// The files that must be there, with their exact lengths.
  let files: [String: Int]
  /// Files that may also be there, with the most bytes of each.
  let extras: [String: Int]

  /// CIFAR-10's six batches.
  init(recordsPerBatch: Int) {
    folderName = CIFAR10.folderName
    let names = CIFAR10.Split.allCases.flatMap(\.files)
    let length = recordsPerBatch * CIFAR10.recordSize
    files = Dictionary(uniqueKeysWithValues: names.map { ($0, length) })
    extras = ["batches.meta.txt": 1 << 16, "readme.html": 1 << 16]
  }

  /// Bytes of all files together.
  var total: Int { files.values.reduce(0, +) }

  /// Unpacks into an existing, empty folder.
  ///
  /// - Parameters:
  ///   - archive: the path of the archive.
  ///   - name: its name in messages.
  ///   - folder: where the files go.
  ///   - cancellation: polled once a megabyte.
  ///   - report: called with the bytes written.
  /// - Throws: `UnfitArchive`; `ImageError` if a file can't be written; `Cancelled`.
  func run(
    _ archive: String, name: String, into folder: String, cancellation: Cancellation,
    report: (_ done: Int) -> Void
  ) throws {
    var done = 0
    var seen: Set<String> = []
    do {
      let reader = try ArchiveReader.open(archive)
      var members = 0
      while let member = try reader.next() {
        try cancellation.check()
        members += 1
        guard members <= 64 else { throw refusal(name, "holds too many members") }
        guard let file = try destination(of: member, in: name) else { continue }
        guard seen.insert(file).inserted else { throw refusal(name, "holds \(file) twice") }
        try write(
          reader, member, to: folder + "/" + file, file, name, cancellation: cancellation
        ) { count in
          done += count
          report(done)
        }
      }
    } catch let damage as ArchiveReader.Damage {
      throw refusal(name, "cannot be unpacked: \(damage.reason)")
    }
    let missing = files.keys.filter { !seen.contains($0) }.sorted()
    guard missing.isEmpty else {
      throw refusal(name, "lacks \(missing.joined(separator: ", "))")
    }
    flushFolder(folder)
  }

  /// Which of the files a member is; nil for the folder itself.
  private func destination(
    of member: ArchiveReader.Member, in archive: String
  ) throws(UnfitArchive) -> String? {
    let shown = "'\(printable(member.name))'"
    let parts = member.name.split(separator: "/", omittingEmptySubsequences: true)
      .filter { $0 != "." }
    guard !member.name.hasPrefix("/"), !parts.contains("..") else {
      throw refusal(archive, "holds \(shown), which leads out of its folder")
    }
    switch member.kind {
    case .symbolicLink, .hardLink: throw refusal(archive, "holds \(shown), which is a link")
    case .other: throw refusal(archive, "holds \(shown), which isn't a regular file")
    case .folder:
      guard parts.isEmpty || parts == [folderName[...]] else { break }
      return nil
    case .file:
      guard parts.count == 2, parts[0] == folderName else { break }
      let file = String(parts[1])
      guard let length = files[file] ?? extras[file] else { break }
      let isRight = files[file] != nil ? member.size == length : (member.size ?? 0) <= length
      guard isRight else {
        throw refusal(
          archive,
          "holds \(shown) of \(member.size.map { "\($0)" } ?? "unknown") bytes instead of "
            + (files[file] != nil ? "\(length)" : "at most \(length)"))
      }
      return file
    }
    throw refusal(archive, "holds \(shown), which isn't one of CIFAR-10's files")
  }

  private func write(
    _ reader: borrowing ArchiveReader, _ member: ArchiveReader.Member, to path: String,
    _ file: String, _ archive: String, cancellation: Cancellation, wrote: (Int) -> Void
  ) throws {
    let limit = files[file] ?? extras[file] ?? 0
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o666)
    guard descriptor >= 0 else { throw ImageError(cannotWrite: path, errno: errno) }
    defer { close(descriptor) }
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    var written = 0
    while true {
      try cancellation.check()
      let count = try buffer.withUnsafeMutableBytes { buffer in try reader.read(into: buffer) }
      if count == 0 { break }
      // The header was checked, but the data could still be longer.
      guard count <= limit - written else {
        throw refusal(archive, "holds more of \(file) than it says")
      }
      try buffer.withUnsafeBytes { buffer in
        var rest = buffer[..<count]
        while !rest.isEmpty {
          let taken = Foundation.write(
            descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
          if taken > 0 {
            rest = rest.dropFirst(taken)
          } else if taken < 0 && errno != EINTR {
            throw ImageError(cannotWrite: path, errno: errno)
          }
        }
      }
      written += count
      wrote(count)
    }
    guard written == member.size ?? written else {
      throw refusal(archive, "holds \(written) bytes of \(file) instead of \(member.size ?? 0)")
    }
    guard fsync(descriptor) == 0 else { throw ImageError(cannotWrite: path, errno: errno) }
  }

  private func refusal(_ archive: String, _ reason: String) -> UnfitArchive {
    UnfitArchive(message: "\(archive) \(reason)")
  }
}

/// Why an archive isn't CIFAR-10's.
struct UnfitArchive: DescribedError {
  /// One line that names the archive and what is wrong with it.
  let message: String

  var kind: ErrorKind { .file }
}
