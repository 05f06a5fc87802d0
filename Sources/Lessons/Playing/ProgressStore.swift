import CLibrary
import Cells
import TensorFiles

/// Keeps a learner's progress in a file.
///
/// Nothing about the file is ever fatal, and nothing in it is lost: one that cannot be read is set
/// aside before another takes its place, one of a newer program is left alone, and where nothing can
/// be written the lesson goes on without.
struct ProgressStore {
  /// What is known.
  private(set) var progress = LessonProgress()
  /// The file; nil keeps nothing.
  let path: String?
  /// What is wrong with the file, for the person who learns.
  private(set) var note: String?
  /// Whether the file holds something that cannot be read.
  private var isDamaged = false
  /// Whether the file may be written.
  private var isWritable = true

  /// Larger files were not written by this program, in bytes.
  static let largest = 1 << 24

  /// Reads the progress of a file.
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
        "\(path) is of a newer program (version \(error.version)): it is left alone, and "
        + "progress is not kept"
    } catch let error as JSONError {
      damage("at byte \(error.offset) \(error.reason)")
    } catch let error as ProgressFormat.Damage {
      damage(error.reason)
    } catch let error as FileError {
      isWritable = false
      note = "progress is not kept: \(error.description)"
    } catch {
      damage("\(error)")
    }
  }

  private mutating func damage(_ reason: String) {
    isDamaged = true
    note =
      "\(path ?? "") cannot be read: \(reason); it is kept as \(asidePath), and progress begins anew"
  }

  /// Where a file that cannot be read is set aside.
  private var asidePath: String {
    let base = (path ?? "") + ".damaged"
    guard access(base, F_OK) == 0 else { return base }
    return (2...).lazy.map { "\(base)-\($0)" }.first { access($0, F_OK) != 0 } ?? base
  }

  /// Saves how far the learner has come in a lesson.
  ///
  /// - Returns: what prevents it, the first time.
  mutating func save(_ record: LessonRecord, of lesson: String) -> String? {
    change {
      var record = record
      record.keep($0.lessons[lesson])
      ($0.lessons[lesson], $0.last) = (record, lesson)
    }
  }

  /// Lessons no longer ask where to go on.
  ///
  /// - Returns: what prevents it.
  mutating func stopAsking() -> String? { change { $0.asks = false } }

  /// Changes the progress, and the file.
  ///
  /// - Returns: what prevents it, the first time.
  mutating func change(_ edit: (inout LessonProgress) -> Void) -> String? {
    edit(&progress)
    guard isWritable, let path else { return nil }
    // Another program may have gone on in another lesson meanwhile.
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
      return "progress is not kept: \(Failure(error).message)"
    }
  }

  /// Forgets all progress. The file is kept under another name.
  ///
  /// - Returns: that name; nil where there was no file.
  /// - Throws: `Failure` where the file cannot be moved.
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

  /// The file, where progress is kept in one that may be written.
  ///
  /// - Throws: `Failure` that says why not.
  func writablePath() throws -> String {
    guard let path else {
      throw Failure(
        .file, "progress is not kept", hint: "ALEXNET_PROGRESS names a file for it")
    }
    guard isWritable else { throw Failure(.file, note ?? "\(path) cannot be written") }
    return path
  }

  /// Makes the folder of a file, and those above it.
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
