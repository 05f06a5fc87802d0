import Basics
import CLibrary
import Parallel
import TensorFiles

/// The folder that a run writes to, locked against other runs as long as the object lives.
///
///     checkpoint-0003-000120.safetensors   the run after 3 epochs and 120 steps; the last two are kept
///     best.safetensors                     the weights of the epoch that did best on validation
///     recipe.json                          the recipe, with all overrides applied
///     run.json                             where the data is, when the run is saved
///     metrics.json, metrics.csv            the results of each epoch
///     curves.svg                           the same as a chart
///     lock                                 locked while a process trains here
///
/// Every file is written whole or not at all. The folder is created with its first checkpoint in
/// it, and an old checkpoint is removed only after a new one is written, so the run can be resumed
/// at any moment.
package final class RunFolder {
  /// The folder, as the caller named it.
  package let path: String
  /// How the run was carried on when the folder was created or opened.
  package let settings: RunSettings

  /// How many checkpoints are kept.
  static let kept = 2
  /// The file of the best weights.
  package static let bestName = "best.safetensors"

  /// Nil on ranks that don't write.
  private let lock: RunFolderLock?

  private init(_ path: String, _ settings: RunSettings, lock: RunFolderLock?) {
    (self.path, self.settings, self.lock) = (path, settings, lock)
  }

  /// Checks early whether a run can start in this folder; `create` checks again.
  ///
  /// - Throws: `RunFolderError` if something is in the way.
  package static func requireFree(_ path: String) throws(RunFolderError) {
    try requireName(path)
    var status = stat()
    guard stat(HomeFolder.expanding(path), &status) == 0 else {
      guard errno == ENOENT else {
        throw RunFolderError(path, "it can't be created: \(String(cString: strerror(errno)))")
      }
      return
    }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      throw RunFolderError(
        path, "it's a file, but a run needs a folder", hint: "choose another with --out")
    }
    let names = try FolderNames.list(HomeFolder.expanding(path), path)
    guard names.isEmpty else {
      guard names.contains(RunFolderLock.fileName), names.contains(where: isCheckpoint) else {
        throw RunFolderError(
          path, "it holds other files",
          hint: "choose a new or empty folder with --out")
      }
      // If a process is writing to it, report that instead.
      _ = try RunFolderLock(folder: HomeFolder.expanding(path), named: path)
      throw RunFolderError(
        path, "it already holds a run",
        hint: "train --resume \(path) continues it; --out names another folder")
    }
  }

  /// Creates the folder of a new run, with its first checkpoint.
  ///
  /// - Parameters:
  ///   - path: the folder, which must not exist or be empty.
  ///   - run: the run before its first step.
  ///   - settings: how it is carried on.
  /// - Throws: `RunFolderError` if the folder can't be used, `FileError` if it can't be written.
  package static func create(
    _ path: String, state run: some SavableRun, settings: RunSettings
  ) throws -> RunFolder {
    try requireFree(path)
    let target = FolderNames.resolved(HomeFolder.expanding(path))
    let parent = try FolderNames.makeParent(of: target, path)
    // Everything is prepared in a folder of another name, which is then renamed.
    let temporary = try FolderNames.makeTemporary(beside: target, in: parent, path)
    do {
      let lock = try RunFolderLock(folder: temporary, named: path)
      try writeBeginning(run, settings, to: temporary)
      guard rename(temporary, target) == 0 else {
        let number = errno
        if number == ENOTEMPTY || number == EEXIST { try requireFree(path) }
        throw RunFolderError(path, "it can't be created: \(String(cString: strerror(number)))")
      }
      flushFolder(parent)
      return RunFolder(path, settings, lock: lock)
    } catch {
      FolderNames.remove(temporary)
      guard let error = error as? FileError else { throw error }
      // The user doesn't know the temporary folder's name.
      let name = error.path.split(separator: "/").last.map(String.init) ?? ""
      throw error.naming(path + "/" + name)
    }
  }

  /// Opens the folder of a run to resume, and removes leftovers of a crash.
  ///
  /// - Throws: `RunFolderError` if it holds no run, or another process writes to it.
  package static func open(_ path: String) throws(RunFolderError) -> RunFolder {
    try requireName(path)
    let folder = HomeFolder.expanding(path)
    let names = try FolderNames.list(folder, path)
    guard names.contains(where: isCheckpoint) else {
      throw RunFolderError(
        path, "it holds no run to resume", hint: "train --out \(path) starts one")
    }
    let lock = try RunFolderLock(folder: folder, named: path)
    for name in names where FolderNames.isLeftOver(name) { unlink(folder + "/" + name) }
    return RunFolder(path, RunSettings(folder: folder), lock: lock)
  }

  /// The folder of a run that several ranks train together: rank 0 creates or opens it and writes to it,
  /// the others read from it and write nothing but their logs.
  ///
  /// - Parameters:
  ///   - path: the folder; every rank gets rank 0's.
  ///   - ranks: the processes of the run.
  ///   - make: `create` or `open`, for rank 0.
  package static func shared(
    _ path: String, by ranks: any Collective, _ make: () throws -> RunFolder
  ) throws -> RunFolder {
    guard ranks.size > 1 else { return try make() }
    let made = ranks.isFirst ? try make() : nil
    let path = String(decoding: ranks.broadcast([UInt8](path.utf8)), as: UTF8.self)
    if let made { return made }
    Ranks.log(in: HomeFolder.expanding(path))
    return RunFolder(path, RunSettings(folder: HomeFolder.expanding(path)), lock: nil)
  }

  /// Whether this process writes to the folder.
  package var isWritten: Bool { lock != nil }

  /// Whether the path is a folder that holds a run.
  package static func isRun(_ path: String) -> Bool {
    let names = try? FolderNames.list(HomeFolder.expanding(path), path)
    return names?.contains { $0 == bestName || isCheckpoint($0) } ?? false
  }

  private static func requireName(_ path: String) throws(RunFolderError) {
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw RunFolderError(path, "not a possible folder name")
    }
  }

  // MARK: Files

  /// The name of the checkpoint at a place of the run; names sort by place.
  static func checkpointName(epoch: Int, step: Int) -> String {
    let (epoch, step) = (String(epoch), String(step))
    return "checkpoint-\(epoch.paddingLeft(to: 4, with: "0"))-"
      + "\(step.paddingLeft(to: 6, with: "0")).safetensors"
  }

  /// The place in the name of a checkpoint; nil for other files.
  static func place(of name: String) -> (epoch: Int, step: Int)? {
    guard name.hasPrefix("checkpoint-"), name.hasSuffix(".safetensors") else { return nil }
    let parts = name.dropFirst("checkpoint-".count).dropLast(".safetensors".count)
      .split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, let epoch = Int(parts[0]), let step = Int(parts[1]), epoch >= 0,
      step >= 0, checkpointName(epoch: epoch, step: step) == name
    else { return nil }
    return (epoch, step)
  }

  static func isCheckpoint(_ name: String) -> Bool { place(of: name) != nil }

  /// The checkpoints of a folder, the newest first.
  static func checkpoints(in folder: String, named path: String) throws(RunFolderError) -> [String]
  {
    let names = try FolderNames.list(folder, path)
    return names.filter(isCheckpoint).sorted { place(of: $0)! > place(of: $1)! }
  }
}
