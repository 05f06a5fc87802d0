import Foundation
import TensorFiles

extension CIFAR10 {
  /// The folder of the data, if found. It is searched for in `folder` if given, else in
  /// `$ALEXNET_DATA` if set, else in the cache folder (`~/.cache/alexnet`, on macOS
  /// `~/Library/Caches/alexnet`); in each case in that folder itself, its `cifar-10-batches-bin`,
  /// or its `cifar10/cifar-10-batches-bin`.
  ///
  /// - Parameters:
  ///   - folder: the value of `--data`, if given.
  ///   - environment: the environment variables.
  package static func locate(
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

  /// The folder that holds any of the batches: `folder` or a folder below it where the archive puts
  /// them.
  private static func batches(below folder: String) -> String? {
    let names = Split.allCases.flatMap(\.files)
    return ["", "/" + folderName, "/cifar10/" + folderName].lazy
      .map { folder + $0 }
      .first { place in
        names.contains { FileManager.default.fileExists(atPath: place + "/" + $0) }
      }
  }
}
