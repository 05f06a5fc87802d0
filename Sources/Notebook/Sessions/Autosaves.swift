import Basics
import CLibrary
import Cells
import Documents
import Foundation
import TensorFiles

/// The folder of sessions that are kept while they run, so that a killed program loses no cells.
///
/// Each program has its own file there, `ID.alexnet`, beside `ID.lock`, which it locks. The system releases
/// the lock when the program ends in any way, so a file whose lock is free was left behind.
struct Autosaves {
  /// A session that was left behind.
  struct Abandoned {
    /// The file.
    var path: String
    /// The number of its cells.
    var count: Int
    /// When it was last written.
    var date: Date
  }

  /// The folder; nil if sessions aren't kept.
  let folder: String?

  init(_ session: Session) { folder = session.settings.sessionsPath }

  /// Files older than this are deleted.
  private static let longest: TimeInterval = 30 * 24 * 3600

  /// The sessions that were left behind, the newest last.
  func abandoned() -> [Abandoned] {
    guard let folder, let names = try? FileManager.default.contentsOfDirectory(atPath: folder)
    else { return [] }
    var found: [Abandoned] = []
    for name in names where name.hasSuffix(".alexnet") {
      let path = "\(folder)/\(name)"
      guard let lock = try? FileLock(Self.lockPath(path), mode: 0o600) else { continue }
      defer { withExtendedLifetime(lock) {} }
      guard let date = Self.date(of: path) else { continue }
      guard date.timeIntervalSinceNow > -Self.longest else {
        delete(path)
        continue
      }
      guard let bytes = try? OpenFile.bytes(of: path, limit: Script.largest) else { continue }
      let commands = CommandTable.notebook
      let count = commands.instructions(of: String(decoding: bytes, as: UTF8.self)).count
      guard count > 0 else { continue }
      found.append(Abandoned(path: path, count: count, date: date))
    }
    return found.sorted { ($0.date, $0.path) < ($1.date, $1.path) }
  }

  /// Deletes a session that was left behind.
  func delete(_ abandoned: Abandoned) { delete(abandoned.path) }

  private func delete(_ path: String) {
    unlink(path)
    unlink(Self.lockPath(path))
  }

  /// Deletes all sessions that were left behind.
  func forget() -> Output {
    let all = abandoned()
    for session in all { delete(session) }
    var output = Output(json: ["forgotten": .integer(all.count)])
    output.line(
      all.isEmpty
        ? "there is no session that wasn't saved"
        : Text("deleted \(NumberFormat.count(all.count, "session")) that weren't saved"))
    return output
  }

  static func lockPath(_ path: String) -> String { path.dropLast("alexnet".count) + "lock" }

  private static func date(of path: String) -> Date? {
    (try? FileManager.default.attributesOfItem(atPath: path))?[.modificationDate] as? Date
  }
}

/// Keeps the session of one program in a file while it runs.
package final class Autosave {
  private let path: String
  private let lock: FileLock
  private var written: String?
  /// Why the session can't be kept; said once.
  private var hasFailed = false

  /// Keeps a session; nil if the folder can't be used, or if sessions aren't kept.
  package init?(_ session: Session) {
    guard let folder = session.settings.sessionsPath else { return nil }
    try? FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    let path =
      "\(folder)/\(getpid())-\(String(UInt32.random(in: .min ... .max), radix: 36)).alexnet"
    guard let lock = try? FileLock(Autosaves.lockPath(path), mode: 0o600) else { return nil }
    (self.path, self.lock) = (path, lock)
  }

  /// Writes the cells that aren't saved elsewhere, or deletes the file if there are none.
  ///
  /// - Returns: why that failed, the first time that it does.
  package func update(_ session: Session) -> Failure? {
    guard session.record.unsaved > 0, let text = SavedSession(session)?.text else {
      if written != nil { unlink(path) }
      written = nil
      return nil
    }
    guard text != written else { return nil }
    do {
      try AtomicFile.write(text, to: path)
      written = text
    } catch {
      guard !hasFailed else { return nil }
      hasFailed = true
      return Failure(error)
    }
    return nil
  }

  /// Deletes the file at a normal end.
  package func end() {
    unlink(path)
    unlink(Autosaves.lockPath(path))
  }

  /// A line about the newest session that was left behind; nil if there is none.
  package static func offer(in session: Session) -> Document? {
    guard let last = Autosaves(session).abandoned().last else { return nil }
    let format = DateFormatter()
    format.locale = Locale(identifier: "en_GB")
    format.dateFormat = "d MMMM, HH:mm"
    var document = Document()
    document.line(
      .notice("note: ") + "a session of \(NumberFormat.count(last.count, "cell")) from "
        + "\(format.string(from: last.date)) wasn't saved. " + .name("open --last")
        + " opens it, " + .name("open --forget") + " deletes it.", hang: 6)
    document.blank()
    return document
  }
}
