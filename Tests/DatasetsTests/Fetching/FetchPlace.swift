import DataServer
import Digests
import Foundation
import Tensors
import Testing

@testable import Datasets

/// A folder to fetch into, with a small archive and a source with the correct size and digest.
struct FetchPlace {
  /// The number of images in each file of the archive.
  static let records = 12
  /// A correct archive of about 220 kB.
  static let archive = DataArchive.whole(records: records)

  let folder: String

  /// Where the unpacked data will be.
  var target: String { folder + "/" + DataArchive.folder }
  /// The partial file of the download.
  var part: String { folder + "/cifar-10-binary.tar.gz.part" }

  /// The names of all files in the folder.
  var names: [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: folder).sorted()) ?? []
  }

  /// The length of the partial file, if there is one.
  var partSize: Int? {
    (try? FileManager.default.attributesOfItem(atPath: part)[.size]) as? Int
  }

  /// Calls `body` with a place that exists during the call.
  static func with<R>(_ body: (FetchPlace) throws -> R) throws -> R {
    try withTemporaryFolder { try body(FetchPlace(folder: $0)) }
  }

  /// The source for a server.
  static func source(
    _ url: String, _ archive: [UInt8]? = nil, size: Bool = true, digest: Bool = true
  ) -> DataSource {
    let archive = archive ?? self.archive
    return DataSource(
      name: "test", url: url, size: size ? archive.count : nil,
      digest: digest ? SHA256.digits(of: archive) : nil, recordsPerBatch: records)
  }

  /// Fetches without waiting between tries.
  ///
  /// - Parameter patience: seconds without a byte after which a transfer counts as stalled. A busy
  ///   machine needs a large number.
  func fetch(
    _ source: DataSource, patience: Int = 60, cancellation: Cancellation = .never,
    report: (FetchProgress) -> Void = { _ in }
  ) throws -> DataFetch.Outcome {
    var fetch = try DataFetch(source, folder: folder, environment: [:])
    fetch.pause = .zero
    fetch.patience = patience
    return try fetch.run(cancellation: cancellation, report: report)
  }

  /// Fetches data, and requires that it succeeds.
  func fetched(_ source: DataSource, patience: Int = 60) throws -> DataFetch.Fetched {
    guard case .fetched(let fetched) = try fetch(source, patience: patience) else {
      throw CocoaError(.featureUnsupported)
    }
    return fetched
  }

  /// Fetches data, and requires that it fails; returns the error.
  func refusal(_ source: DataSource) throws -> ImageError {
    var refusal: ImageError?
    do {
      _ = try fetch(source)
    } catch let error as ImageError {
      refusal = error
    }
    return try #require(refusal, "nothing was refused")
  }
}
