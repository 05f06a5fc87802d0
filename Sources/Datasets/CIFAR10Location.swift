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
    return start.flatMap(batches(below:))
  }

  /// The folder that holds any of the batches at `folder` or where the archive puts it below.
  private static func batches(below folder: String) -> String? {
    let names = Split.allCases.flatMap(\.files)
    return ["", "/" + folderName, "/cifar10/" + folderName].lazy
      .map { folder + $0 }
      .first { place in
        names.contains { FileManager.default.fileExists(atPath: place + "/" + $0) }
      }
  }
}
