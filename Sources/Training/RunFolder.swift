import Basics
import TensorFiles

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The folder that a run writes to, locked against other runs for as long as the object lives.
///
///     checkpoint-0003-000120.safetensors   the run after 3 epochs and 120 steps; the last two are kept
///     best.safetensors                     the weights of the epoch that did best on validation
///     recipe.json                          the recipe, as it was resolved
///     run.json                             where the data was
///     metrics.json, metrics.csv            what each epoch came to
///     curves.svg                           the same as a picture
///     lock                                 locked while a process trains here
///
/// Every file is written whole or not at all. The folder comes into being with its first checkpoint in
/// it, and a new checkpoint stands before an old one goes, so that there is no moment at which it could
/// not be resumed.
public final class RunFolder {
  /// The folder, as the caller named it.
  public let path: String
  /// What `--data` said when the run began.
  public let data: String

  /// How many checkpoints of the whole run are kept.
  static let kept = 2
  /// The file of the best weights.
  public static let bestName = "best.safetensors"

  /// When the run is kept between epochs.
  public let saving: SavingRule

  private let lock: RunFolderLock

  private init(_ path: String, data: String, saving: SavingRule, lock: RunFolderLock) {
    (self.path, self.data, self.saving, self.lock) = (path, data, saving, lock)
  }

  /// Says early whether a run could begin in this folder; `create` asks again.
  ///
  /// - Throws: `RunFolderError` where something stands in the way.
  public static func requireFree(_ path: String) throws(RunFolderError) {
    try requireName(path)
    var status = stat()
    guard stat(HomeFolder.expanding(path), &status) == 0 else {
      guard errno == ENOENT else {
        throw RunFolderError(path, "it cannot be made: \(String(cString: strerror(errno)))")
      }
      return
    }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      throw RunFolderError(
        path, "it is a file, and a run needs a folder", hint: "choose another with --out")
    }
    let names = try FolderNames.list(HomeFolder.expanding(path), path)
    guard names.isEmpty else {
      guard names.contains(RunFolderLock.fileName), names.contains(where: isCheckpoint) else {
        throw RunFolderError(
          path, "it holds other files",
          hint: "choose an empty folder, or one to be made, with --out")
      }
      // Somebody who is writing to it is worth telling of.
      _ = try RunFolderLock(folder: HomeFolder.expanding(path), named: path)
      throw RunFolderError(
        path, "it holds a run already",
        hint: "train --resume \(path) goes on with it; --out names another folder")
    }
  }

  /// Makes the folder of a run that begins, with its first checkpoint.
  ///
  /// - Parameters:
  ///   - path: the folder, which must not exist or be empty.
  ///   - state: the run before its first step.
  ///   - data: what `--data` says.
  ///   - saving: when the run is kept between epochs.
  /// - Throws: `RunFolderError` where the folder cannot be used, `FileError` where the disk does not
  ///   take it.
  public static func create(
    _ path: String, state: TrainingState, data: String, saving: SavingRule = SavingRule()
  ) throws -> RunFolder {
    try requireFree(path)
    let target = FolderNames.resolved(HomeFolder.expanding(path))
    let parent = try FolderNames.makeParent(of: target, path)
    // Everything is put in place in a folder of another name, which then takes this one's.
    let temporary = try FolderNames.makeTemporary(beside: target, in: parent, path)
    do {
      let lock = try RunFolderLock(folder: temporary, named: path)
      try writeBeginning(state, data: data, saving: saving, to: temporary)
      guard rename(temporary, target) == 0 else {
        let number = errno
        if number == ENOTEMPTY || number == EEXIST { try requireFree(path) }
        throw RunFolderError(path, "it cannot be made: \(String(cString: strerror(number)))")
      }
      FolderNames.flush(parent)
      return RunFolder(path, data: data, saving: saving, lock: lock)
    } catch {
      FolderNames.remove(temporary)
      guard let error = error as? FileError else { throw error }
      // Nobody has heard of the temporary folder.
      let name = error.path.split(separator: "/").last.map(String.init) ?? ""
      throw error.naming(path + "/" + name)
    }
  }

  /// Opens the folder of a run that is to go on, and clears away what an unhappy end left behind.
  ///
  /// - Throws: `RunFolderError` where there is no run, or where another process writes to it.
  public static func open(_ path: String) throws(RunFolderError) -> RunFolder {
    try requireName(path)
    let folder = HomeFolder.expanding(path)
    let names = try FolderNames.list(folder, path)
    guard names.contains(where: isCheckpoint) else {
      throw RunFolderError(
        path, "it holds no run to go on with", hint: "train --out \(path) would begin one")
    }
    let lock = try RunFolderLock(folder: folder, named: path)
    for name in names where FolderNames.isLeftOver(name) { unlink(folder + "/" + name) }
    let run = readRun(folder)
    return RunFolder(path, data: run.data, saving: run.saving, lock: lock)
  }

  /// Whether the path is a folder that holds a run.
  public static func isRun(_ path: String) -> Bool {
    let names = try? FolderNames.list(HomeFolder.expanding(path), path)
    return names?.contains { $0 == bestName || isCheckpoint($0) } ?? false
  }

  private static func requireName(_ path: String) throws(RunFolderError) {
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw RunFolderError(path, "a folder cannot be called so")
    }
  }

  // The files.

  /// The name of the checkpoint at a place of the run; they sort by place.
  static func checkpointName(epoch: Int, step: Int) -> String {
    func digits(_ value: Int, _ count: Int) -> String {
      let text = String(value)
      return String(repeating: "0", clamping: count - text.count) + text
    }
    return "checkpoint-\(digits(epoch, 4))-\(digits(step, 6)).safetensors"
  }

  /// The place that the name of a checkpoint tells; nil for other files.
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
