import CLibrary
import Cells
import TensorFiles

/// Keeps a learner's progress in a file.
///
/// No problem with the file is fatal, and nothing in it is lost: an unreadable file is renamed
/// before a new one is written, a file of a newer version is left alone, and if nothing can be
/// written the lesson continues without saving.
struct ProgressStore {
  private(set) var progress = LessonProgress()
  /// The file; nil to save nothing.
  let path: String?
  /// A message for the learner about a problem with the file.
  private(set) var note: String?
  /// Whether the file can't be parsed.
  private var isDamaged = false
  /// Whether the file may be written.
  private var isWritable = true

  /// Larger files, in bytes, weren't written by this program.
  static let largest = 1 << 24

  /// Reads the progress from a file.
  init(path: String?) {
    self.path = path
    guard path != nil else {
      isWritable = false
      return
    }
    read()
  }

  private mutating func read() {
    guard let path, access(path, F_OK) == 0 else { return }
    do {
      let bytes = try OpenFile.bytes(of: path, limit: Self.largest)
      progress = try ProgressFormat.progress(of: bytes)
    } catch let error as ProgressFormat.Newer {
      isWritable = false
      note =
        "\(path) was written by a newer program (version \(error.version)); it is left alone, and "
        + "progress is not saved"
    } catch let error as JSONError {
      damage("at byte \(error.offset) \(error.reason)")
    } catch let error as ProgressFormat.Damage {
      damage(error.reason)
    } catch let error as FileError {
      isWritable = false
      note = "progress is not saved: \(error.description)"
    } catch {
      damage("\(error)")
    }
  }

  private mutating func damage(_ reason: String) {
    isDamaged = true
    note =
      "\(path ?? "") cannot be read: \(reason); it is kept as \(asidePath), and progress starts from scratch"
  }

  /// The path that an unreadable file is moved to.
  private var asidePath: String {
    let base = (path ?? "") + ".damaged"
    guard access(base, F_OK) == 0 else { return base }
    return (2...).lazy.map { "\(base)-\($0)" }.first { access($0, F_OK) != 0 } ?? base
  }

  /// Saves the record of a lesson.
  ///
  /// - Returns: an error message, only the first time; nil on success.
  mutating func save(_ record: LessonRecord, of lesson: String) -> String? {
    change {
      var record = record
      record.keep($0.lessons[lesson])
      ($0.lessons[lesson], $0.last) = (record, lesson)
    }
  }

  /// Turns off asking where to continue.
  ///
  /// - Returns: an error message, or nil on success.
  mutating func stopAsking() -> String? { change { $0.asks = false } }

  /// Changes the progress, and saves it.
  ///
  /// - Returns: an error message, only the first time; nil on success.
  mutating func change(_ edit: (inout LessonProgress) -> Void) -> String? {
    edit(&progress)
    guard isWritable, let path else { return nil }
    // Another program may have saved progress in another lesson in the meantime.
    if !isDamaged, access(path, F_OK) == 0,
      let bytes = try? OpenFile.bytes(of: path, limit: Self.largest),
      var latest = try? ProgressFormat.progress(of: bytes)
    {
      edit(&latest)
      progress = latest
    }
    do {
      try Self.makeFolder(of: path)
      if isDamaged {
        guard rename(path, asidePath) == 0 else {
          throw FileError(.write, asidePath, reason: String(cString: strerror(errno)))
        }
        isDamaged = false
      }
      try AtomicFile.write(ProgressFormat.text(of: progress), to: path)
      return nil
    } catch {
      isWritable = false
      return "progress is not saved: \(Failure(error).message)"
    }
  }

  /// Deletes all progress. The file is kept under another name.
  ///
  /// - Returns: the new path of the old file; nil if there was no file.
  /// - Throws: `Failure` if the file can't be moved.
  mutating func reset() throws -> String? {
    let path = try writablePath()
    guard access(path, F_OK) == 0 else { return nil }
    let base = path + ".before-reset"
    let aside =
      access(base, F_OK) != 0
      ? base : (2...).lazy.map { "\(base)-\($0)" }.first { access($0, F_OK) != 0 } ?? base
    guard rename(path, aside) == 0 else {
      throw Failure(.file, "cannot move \(path): \(String(cString: strerror(errno)))")
    }
    (progress, isDamaged, note) = (LessonProgress(), false, nil)
    return aside
  }

  /// The path of the file, if progress is saved and the file may be written.
  ///
  /// - Throws: `Failure` that says why not.
  func writablePath() throws -> String {
    guard let path else {
      throw Failure(
        .file, "progress is not saved", hint: "set ALEXNET_PROGRESS to a file")
    }
    guard isWritable else { throw Failure(.file, note ?? "\(path) cannot be written") }
    return path
  }

  /// Creates the folder of a file, and its parents.
  private static func makeFolder(of path: String) throws {
    guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return }
    let folder = String(path[..<slash])
    guard access(folder, F_OK) != 0 else { return }
    try makeFolder(of: folder)
    guard mkdir(folder, 0o700) == 0 || errno == EEXIST else {
      throw FileError(.write, path, reason: String(cString: strerror(errno)))
    }
  }
}
