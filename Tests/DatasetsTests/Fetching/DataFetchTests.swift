import DataServer
import Digests
import Foundation
import Tensors
import Testing

@testable import Datasets

/// Complete downloads, and downloads into folders with problems.
@Suite struct DataFetchTests {
  private static func honest() throws -> LoopbackServer {
    try LoopbackServer { request, _ in .file(FetchPlace.archive, to: request) }
  }

  @Test func fetchesTheData() throws {
    let server = try Self.honest()
    try FetchPlace.with { place in
      let source = FetchPlace.source(server.url())
      var stages: [FetchProgress.Stage] = []
      let outcome = try place.fetch(source) { progress in
        if stages.last != progress.stage { stages.append(progress.stage) }
        #expect(progress.done <= progress.total ?? .max)
      }
      #expect(stages == [.connecting, .downloading, .checking, .unpacking, .verifying])
      guard case .fetched(let fetched) = outcome else {
        Issue.record("\(outcome)")
        return
      }
      #expect(fetched.size == FetchPlace.archive.count)
      #expect(fetched.digest == source.digest)
      #expect(fetched.resumedFrom == 0 && fetched.movedAside == nil)
      #expect(fetched.verification.folder == place.target)
      #expect(fetched.verification.count(.train) == 60)
      #expect(fetched.verification.classCounts[.test] == [2, 2, 1, 1, 1, 1, 1, 1, 1, 1])
      // No other files are left.
      #expect(place.names == [DataArchive.folder])
      for member in DataArchive.members(records: FetchPlace.records).dropFirst() {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: place.folder + "/" + member.name))
        #expect(Array(bytes) == member.bytes, "\(member.name)")
      }
      // The second time there is nothing to do, and no request is sent.
      guard case .present(let verification) = try place.fetch(source) else {
        Issue.record("fetched again")
        return
      }
      #expect(verification == fetched.verification)
      #expect(server.requests.count == 1)
    }
  }

  /// An unknown digest or length isn't checked.
  @Test(arguments: [(true, false), (false, true), (false, false)])
  func unknownSizeOrDigest(_ size: Bool, _ digest: Bool) throws {
    let server = try Self.honest()
    try FetchPlace.with { place in
      _ = try place.fetched(FetchPlace.source(server.url(), size: size, digest: digest))
      #expect(place.names == [DataArchive.folder])
    }
  }

  @Test func aWrongDigest() throws {
    let server = try Self.honest()
    try FetchPlace.with { place in
      var source = FetchPlace.source(server.url())
      let right = try #require(source.digest)
      source.digest = String(repeating: "0", count: 64)
      let error = try place.refusal(source)
      #expect(error.message.contains("its SHA-256 is \(right) instead of 0000"))
      #expect(error.hint?.contains("was removed") == true)
      #expect(place.names.isEmpty)
    }
  }

  /// Missing folders are created; anything in the way is named and kept.
  @Test func folders() throws {
    let server = try Self.honest()
    let source = FetchPlace.source(server.url())
    try FetchPlace.with { place in
      let deep = FetchPlace(folder: place.folder + "/a/b/c")
      _ = try deep.fetched(source)
      #expect(deep.names == [DataArchive.folder])
    }
    try FetchPlace.with { place in
      let file = place.folder + "/file"
      try Data([1]).write(to: URL(fileURLWithPath: file))
      let into = try FetchPlace(folder: file).refusal(source)
      #expect(into.message == "cannot write \(file): it is not a folder")
      let below = try FetchPlace(folder: file + "/below").refusal(source)
      #expect(below.message == "cannot write \(file)/below: Not a directory")
      #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == Data([1]))
      // A folder in place of the partial file.
      try FileManager.default.createDirectory(
        atPath: place.part, withIntermediateDirectories: false)
      #expect(try place.refusal(source).message.contains("cannot write \(place.part)"))
    }
    #expect(server.requests.count == 1)
  }

  @Test func defaultFolder() throws {
    let server = try Self.honest()
    let source = FetchPlace.source(server.url())
    try withTemporaryFolder { folder in
      #if !os(macOS)
        let cache = ["XDG_CACHE_HOME": folder + "/cache", "HOME": "/nonexistent"]
        _ = try DataFetch(source, environment: cache).run()
        #expect(
          CIFAR10.locate(environment: cache)
            == folder + "/cache/alexnet/cifar10/cifar-10-batches-bin")
      #endif
      let variable = ["ALEXNET_DATA": folder + "/data/"]
      _ = try DataFetch(source, environment: variable).run()
      #expect(
        CIFAR10.locate(folder: folder + "/data") == folder + "/data/cifar-10-batches-bin")
      #expect(CIFAR10.locate(environment: variable) != nil)
    }
    let error = try #require(
      imageError { () throws(ImageError) in try DataFetch(source, environment: [:]) })
    #expect(error.message.contains("HOME isn't set"))
  }

  /// A damaged copy or an incomplete folder is renamed, never deleted.
  @Test func aDamagedCopy() throws {
    let server = try Self.honest()
    let source = FetchPlace.source(server.url())
    try FetchPlace.with { place in
      _ = try place.fetched(source)
      let batch = place.target + "/data_batch_2.bin"
      var bytes = try Data(contentsOf: URL(fileURLWithPath: batch))
      bytes[5000] ^= 1
      try bytes.write(to: URL(fileURLWithPath: batch))
      let error = try #require(throws: ImageError.self) {
        try CIFAR10.verify(folder: place.folder, recordsPerBatch: FetchPlace.records)
      }
      #expect(error.message.hasPrefix("\(batch) has changed since it was fetched"))
      for number in 1...2 {
        let aside = place.target + ".damaged-\(number)"
        #expect(try place.fetched(source).movedAside == aside)
        #expect(FileManager.default.fileExists(atPath: aside + "/data_batch_1.bin"))
        try FileManager.default.removeItem(atPath: place.target + "/test_batch.bin")
      }
      // A copy in another place isn't moved.
      try FileManager.default.removeItem(atPath: place.target)
      let other = FetchPlace(folder: place.target + ".damaged-1")
      #expect(try other.refusal(source).hint?.contains("move \(other.folder) away") == true)
    }
  }

  /// Only one program can fetch at a time; half-unpacked files of a killed program don't matter.
  @Test func anotherProgramIsFetching() throws {
    let server = try Self.honest()
    try FetchPlace.with { place in
      let source = FetchPlace.source(server.url())
      do {
        let part = try PartFile(place.part)
        let error = try place.refusal(source)
        #expect(error.message == "another program is fetching into \(part.path)")
      }
      #expect(server.requests.isEmpty)
      let left = place.folder + "/.cifar-10-batches-bin.unpacking"
      try FileManager.default.createDirectory(atPath: left, withIntermediateDirectories: true)
      try Data([1]).write(to: URL(fileURLWithPath: left + "/data_batch_1.bin"))
      _ = try place.fetched(source)
      #expect(place.names == [DataArchive.folder])
    }
  }

  /// Cancelled while no data arrives: it stops at once, and the partial file is kept.
  @Test func cancellation() throws {
    let server = try LoopbackServer { request, number in
      var answer = LoopbackServer.Answer.file(FetchPlace.archive, to: request)
      if number == 0 { (answer.cutAfter, answer.stalls) = (100_000, true) }
      return answer
    }
    try FetchPlace.with { place in
      let source = FetchPlace.source(server.url())
      let cancellation = Cancellation()
      #expect(throws: Cancelled.self) {
        try place.fetch(source, cancellation: cancellation) { progress in
          if progress.done == 100_000 { cancellation.cancel() }
        }
      }
      #expect(place.partSize == 100_000)
      let fetched = try place.fetched(source)
      #expect(fetched.resumedFrom == 100_000)
      #expect(server.requests.last?.rangeStart == 100_000)
      #expect(place.names == [DataArchive.folder])
    }
  }
}
