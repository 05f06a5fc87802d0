import Basics
import CLibrary

/// The file of a history: UTF-8, one entry per line, with `\n` for a line break within an entry and
/// `\\` for a backslash.
///
/// Several programs may write to it at the same time: each entry is appended in one piece and under
/// a lock, and a shortened file replaces the old one by renaming.
struct HistoryFile {
  /// An error with the system's message.
  struct Failure: DescribedError {
    let reason: String

    var kind: ErrorKind { .file }
    var message: String { reason }

    init(_ code: Int32 = errno) {
      reason = String(cString: strerror(code))
    }
  }

  let path: String

  /// Longer lines weren't typed by a person.
  private static let longestEntry = 1 << 16
  /// Only the end of a longer file is read.
  private static let longestFile = 1 << 25

  /// Whether a text can be saved: it has visible characters and no terminal control characters.
  static func isEntry(_ text: String) -> Bool {
    text.utf8.count <= longestEntry
      && text.contains { !$0.isWhitespace }
      && text.unicodeScalars.allSatisfy {
        $0 == "\t" || $0 == "\n" || $0.properties.generalCategory != .control
      }
  }

  /// Reads the entries, oldest first. Lines that aren't text, and repetitions, are left out. A
  /// missing file has no entries.
  func read() throws -> [String] {
    // Without O_NONBLOCK, opening a named pipe would block.
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT { return [] }
      throw Failure()
    }
    defer { close(descriptor) }
    return try read(descriptor)
  }

  func append(_ entry: String) throws {
    try withLockedFile { descriptor in
      guard let size = try regularSize(descriptor) else { return }
      var bytes = Array((Self.encode(entry) + "\n").utf8)
      var last: UInt8 = 0
      if size > 0, pread(descriptor, &last, 1, size - 1) == 1, last != UInt8(ascii: "\n") {
        bytes.insert(UInt8(ascii: "\n"), at: 0)
      }
      do {
        try Self.writeAll(bytes, to: descriptor)
      } catch {
        // Don't leave a partial entry behind.
        ftruncate(descriptor, size)
        throw error
      }
    }
  }

  /// Removes all but the last `count` entries.
  func trim(to count: Int) throws {
    try withLockedFile { descriptor in
      let entries = try read(descriptor).suffix(count)
      // Write next to the file itself, even if the path is a link to it.
      let target = resolvedPath(path) ?? path
      let temporary = "\(target).\(getpid()).tmp"
      let copy = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o600)
      guard copy >= 0 else { throw Failure() }
      do {
        defer { close(copy) }
        try Self.writeAll(Array(entries.map { Self.encode($0) + "\n" }.joined().utf8), to: copy)
        guard fsync(copy) == 0, rename(temporary, target) == 0 else { throw Failure() }
      } catch {
        unlink(temporary)
        throw error
      }
    }
  }
}

// MARK: - Details

extension HistoryFile {
  static func encode(_ entry: String) -> String {
    var line = ""
    for scalar in entry.unicodeScalars {
      switch scalar {
      case "\n": line += #"\n"#
      case "\\": line += #"\\"#
      default: line.unicodeScalars.append(scalar)
      }
    }
    return line
  }

  static func decode(_ line: String) -> String {
    var entry = String.UnicodeScalarView()
    var escaped = false
    for scalar in line.unicodeScalars {
      if escaped {
        if scalar != "n" && scalar != "\\" { entry.append("\\") }
        entry.append(scalar == "n" ? "\n" : scalar)
        escaped = false
      } else if scalar == "\\" {
        escaped = true
      } else {
        entry.append(scalar)
      }
    }
    if escaped { entry.append("\\") }
    return String(entry)
  }

  private func read(_ descriptor: Int32) throws -> [String] {
    guard let size = try regularSize(descriptor) else { return [] }
    var bytes: [UInt8] = []
    var position = max(0, size - off_t(Self.longestFile))
    let isCut = position > 0
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = pread(descriptor, &chunk, chunk.count, position)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw Failure() }
      guard count > 0 else { break }
      bytes.append(contentsOf: chunk[..<count])
      position += off_t(count)
    }
    var entries: [String] = []
    for line in bytes.split(separator: UInt8(ascii: "\n")).dropFirst(isCut ? 1 : 0) {
      guard line.count <= 2 * Self.longestEntry,
        let text = String(validating: line, as: UTF8.self)
      else { continue }
      let entry = Self.decode(text)
      if Self.isEntry(entry) && entry != entries.last { entries.append(entry) }
    }
    return entries
  }

  /// The file's size, or nil for a device: users may choose `/dev/null` to save nothing.
  private func regularSize(_ descriptor: Int32) throws -> off_t? {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw Failure() }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return status.st_size
    case S_IFDIR: throw Failure(EISDIR)
    default: return nil
    }
  }

  /// Opens the file, creating it if necessary, and locks it during `body`.
  private func withLockedFile(_ body: (Int32) throws -> Void) throws {
    try makeFolder()
    // A limited number of attempts, because some file systems report a new inode number every time.
    for attempt in 1...10 {
      let descriptor = open(path, O_RDWR | O_APPEND | O_CREAT | O_NONBLOCK | O_CLOEXEC, 0o600)
      guard descriptor >= 0 else { throw Failure() }
      defer {
        // Unlock explicitly, since a process forked in the meantime would hold the lock until it
        // calls exec.
        flock(descriptor, LOCK_UN)
        close(descriptor)
      }
      lock(descriptor)
      if attempt == 10 { return try body(descriptor) }
      // Another program may have replaced the file with a shortened one in the meantime.
      var opened = stat()
      var present = stat()
      guard fstat(descriptor, &opened) == 0 else { throw Failure() }
      if stat(path, &present) == 0, present.st_ino == opened.st_ino,
        present.st_dev == opened.st_dev
      {
        return try body(descriptor)
      }
    }
  }

  /// Locks a file until it is closed. If another program holds the lock for over a second, or the
  /// file system has no locks, the entry is appended without one, which still doesn't mix entries.
  private func lock(_ descriptor: Int32) {
    var tries = 0
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      guard errno == EWOULDBLOCK || errno == EINTR, tries < 50 else { return }
      tries += 1
      usleep(25_000)
    }
  }

  private func makeFolder() throws {
    var status = stat()
    for (index, character) in zip(path.indices, path) where character == "/" {
      let folder = String(path[..<index])
      guard !folder.isEmpty, stat(folder, &status) != 0 else { continue }
      guard mkdir(folder, 0o700) == 0 || errno == EEXIST else { throw Failure() }
    }
  }

  private static func writeAll(_ bytes: [UInt8], to descriptor: Int32) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { buffer in
        write(descriptor, buffer.baseAddress, buffer.count)
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw Failure() }
      rest = rest.dropFirst(count)
    }
  }
}
