import DataServer
import Digests
import Foundation
import Tensors
import Testing

@testable import Datasets

/// A folder to fetch into, with a small archive and the source that is honest about it.
struct FetchPlace {
  /// Images in each file of the archive.
  static let records = 12
  /// An archive in which nothing is wrong: about 220 kB.
  static let archive = DataArchive.whole(records: records)

  /// The folder.
  let folder: String

  /// Where the data will be.
  var target: String { folder + "/" + DataArchive.folder }
  /// Where the download is until it is whole.
  var part: String { folder + "/cifar-10-binary.tar.gz.part" }

  /// Everything that lies in the folder.
  var names: [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: folder).sorted()) ?? []
  }

  /// The length of the part, if there is one.
  var partSize: Int? {
    (try? FileManager.default.attributesOfItem(atPath: part)[.size]) as? Int
  }

  /// Gives `body` a place that exists as long as it runs.
  static func with<R>(_ body: (FetchPlace) throws -> R) throws -> R {
    try withTemporaryFolder { try body(FetchPlace(folder: $0)) }
  }

  /// The source that a server offers.
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
  /// - Parameter patience: seconds without a byte after which a transfer has stalled. A busy machine
  ///   needs many.
  func fetch(
    _ source: DataSource, patience: Int = 60, cancellation: Cancellation = .never,
    report: (FetchProgress) -> Void = { _ in }
  ) throws -> DataFetch.Outcome {
    var fetch = try DataFetch(source, folder: folder, environment: [:])
    fetch.pause = .zero
    fetch.patience = patience
    return try fetch.run(cancellation: cancellation, report: report)
  }

  /// Fetches what must arrive.
  func fetched(_ source: DataSource, patience: Int = 60) throws -> DataFetch.Fetched {
    guard case .fetched(let fetched) = try fetch(source, patience: patience) else {
      throw CocoaError(.featureUnsupported)
    }
    return fetched
  }

  /// Fetches what must not; the reason.
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
