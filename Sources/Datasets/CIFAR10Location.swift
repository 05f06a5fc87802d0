import Foundation
import TensorFiles

extension CIFAR10 {
  /// The folder that the data lies in, if it is anywhere it is looked for: in `folder` when one is
  /// named, else in `$ALEXNET_DATA` when it is set, else in the cache folder (`~/.cache/alexnet`, on
  /// macOS `~/Library/Caches/alexnet`); in each case it, `cifar-10-batches-bin` in it, or
  /// `cifar10/cifar-10-batches-bin`.
  ///
  /// - Parameters:
  ///   - folder: what `--data` says, if anything.
  ///   - environment: the environment variables.
  public static func locate(
    folder: String? = nil,
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> String? {
    let start: String?
    if let folder {
      start = HomeFolder.expanding(folder)
    } else if let folder = environment["ALEXNET_DATA"], !folder.isEmpty {
      start = HomeFolder.expanding(folder)
    } else {
      start = Folders.cache(environment)
    }
    guard let start else { return nil }
    return ["", "/" + folderName, "/cifar10/" + folderName].lazy
      .map { start + $0 }
      .first { FileManager.default.fileExists(atPath: $0 + "/" + Split.test.files[0]) }
  }
}
