import DataServer
import Foundation
import Testing

@testable import Datasets

/// Invalid archives with a matching digest: only the six batches and two texts are ever written,
/// and if anything is wrong, nothing is kept.
@Suite struct UnpackingTests {
  typealias Member = DataArchive.Member

  private static let records = FetchPlace.records
  private static let length = records * 3073
  private static let members = DataArchive.members(records: records)
  private static let folder = DataArchive.folder
  private static let batch = DataArchive.batch(records, seed: 5)

  /// An archive, and the error it causes.
  struct Case: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let message: String
    let archive: [UInt8]

    init(_ name: String, _ message: String, _ archive: [UInt8]) {
      (testDescription, self.message, self.archive) = (name, message, archive)
    }

    /// A complete archive with these members before or after its own.
    init(_ name: String, _ message: String, before: [Member] = [], after: [Member] = []) {
      self.init(name, message, DataArchive.gzip(DataArchive.tar(before + members + after)))
    }

    /// A complete archive in which these members replace the first batch.
    init(_ name: String, _ message: String, first: [Member]) {
      let rest = [members[0]] + first + members[2...]
      self.init(name, message, DataArchive.gzip(DataArchive.tar(rest)))
    }
  }

  static let badMembers: [Case] = [
    Case("a link", "'x', which is a link", before: [Member("x", kind: "2", link: "/etc/passwd")]),
    Case(
      "a link for a batch", "which is a link",
      first: [Member("\(folder)/data_batch_1.bin", kind: "2", link: "../../secret")]),
    Case(
      "a link for the folder", "which is a link", before: [Member(folder, kind: "2", link: "/tmp")]),
    Case(
      "a hard link", "which is a link",
      first: [Member("\(folder)/data_batch_1.bin", kind: "1", link: "/etc/passwd")]),
    Case("above", "'../x', which leads out", before: [Member("../x", [1])]),
    Case("above, later", "leads out", after: [Member("\(folder)/../../x", [1])]),
    Case(
      "above, for a batch", "leads out",
      first: [Member("\(folder)/../\(folder)/data_batch_1.bin", batch)]),
    Case(
      "above, by attributes", "leads out",
      first: [
        DataArchive.attributes(["path=../data_batch_1.bin"]),
        Member("\(folder)/data_batch_1.bin", batch),
      ]),
    Case(
      "above, by a long name", "leads out",
      first: [
        Member("././@LongLink", Array("../x\u{0}".utf8), kind: "L"),
        Member("\(folder)/data_batch_1.bin", batch),
      ]),
    Case("from the root", "'/tmp/x', which leads out", before: [Member("/tmp/x", [1])]),
    Case("a folder above", "leads out", before: [Member("../", kind: "5")]),
    Case("another folder", "'etc/', which isn't one of", before: [Member("etc/", kind: "5")]),
    Case("a device", "which isn't a regular file", before: [Member("\(folder)/null", kind: "3")]),
    Case("a pipe", "which isn't a regular file", before: [Member("\(folder)/pipe", kind: "6")]),
    Case("another file", "which isn't one of", after: [Member("\(folder)/run.sh", [1])]),
    Case("a file outside", "which isn't one of", after: [Member("data_batch_1.bin", batch)]),
    Case(
      "a name that is none", "which isn't one of", after: [Member("\(folder)/a\u{1B}[2Jb", [])]),
    Case("twice", "holds test_batch.bin twice", after: [Member("\(folder)/test_batch.bin", batch)]),
    Case(
      "folders without end", "too many members", before: Array(repeating: members[0], count: 70)),
    Case("lacks one", "lacks data_batch_1.bin", first: []),
    Case(
      "a byte too many", "of \(length + 1) bytes instead of \(length)",
      first: [Member("\(folder)/data_batch_1.bin", batch + [0])]),
    Case(
      "a byte too few", "of \(length - 1) bytes instead of \(length)",
      first: [Member("\(folder)/data_batch_1.bin", batch.dropLast())]),
    Case(
      "a length of gigabytes", "of 8589934591 bytes instead of \(length)",
      first: [Member("\(folder)/data_batch_1.bin", batch, size: 8_589_934_591)]),
    Case(
      "a length of gigabytes, by attributes", "of 99999999999 bytes",
      first: [
        DataArchive.attributes(["size=99999999999"]), Member("\(folder)/data_batch_1.bin", batch),
      ]),
    Case(
      "a long text", "instead of at most 65536",
      after: [Member("\(folder)/readme.html", [UInt8](repeating: 32, count: 100_000))]),
    Case(
      "a file with holes", "bytes instead of",
      first: [
        DataArchive.attributes([
          "GNU.sparse.major=1", "GNU.sparse.minor=0", "GNU.sparse.realsize=99999999",
        ]),
        Member("\(folder)/data_batch_1.bin", Array("1\n99990000\n9999\n".utf8) + batch),
      ]),
  ]

  static let otherArchives: [Case] = {
    let tar = DataArchive.tar(members)
    let whole = DataArchive.gzip(tar)
    var flipped = whole
    flipped[whole.count / 2] ^= 0xFF
    var wrongClass = members
    wrongClass[2].bytes[3 * 3073] = 10
    return [
      Case(
        "a class over nine", "data_batch_2.bin is damaged: record 3 has the class 10",
        DataArchive.gzip(DataArchive.tar(wrongClass))),
      Case("nothing packed", "cannot be unpacked", DataArchive.gzip([])),
      Case("no members", "lacks data_batch_1.bin", DataArchive.gzip(DataArchive.tar([]))),
      Case("text", "cannot be unpacked", Array("<!DOCTYPE html><p>Sign in</p>".utf8)),
      Case(
        "packed text", "cannot be unpacked", DataArchive.gzip(Array(repeating: 65, count: 9000))),
      Case("cut short", "cannot be unpacked", Array(whole.prefix(whole.count / 2))),
      Case(
        "cut short before packing", "cannot be unpacked",
        DataArchive.gzip(Array(tar.prefix(tar.count / 2)))),
      Case(
        "cut between members", "lacks data_batch_2.bin",
        DataArchive.gzip(DataArchive.tar(Array(members.prefix(2))))),
      Case("a bit flipped", "archive.tar.gz", flipped),
      Case(
        "zeros without end", "lacks data_batch_1.bin",
        DataArchive.gzip(
          repeatElement([UInt8](repeating: 0, count: 1 << 20), count: 200), capacity: 1 << 20)),
    ]
  }()

  @Test(arguments: badMembers + otherArchives)
  func isRefused(_ example: Case) throws {
    let server = try LoopbackServer { request, _ in .file(example.archive, to: request) }
    try withTemporaryFolder { outer in
      let place = FetchPlace(folder: outer + "/inner")
      let error = try place.refusal(FetchPlace.source(server.url(), example.archive))
      #expect(error.message.contains(example.message), "\(error)")
      #expect(error.message.hasPrefix(server.url()))
      #expect(error.message.unicodeScalars.allSatisfy { $0.value >= 32 })
      #expect(error.hint?.contains("was removed") == true, "\(error)")
      // Nothing is left, and nothing was written outside.
      #expect(place.names.isEmpty)
      #expect(FetchPlace(folder: outer).names == ["inner"])
    }
  }

  /// Everything that the standard allows is accepted: attributes, long names, names that begin with
  /// a dot.
  @Test(arguments: [
    [DataArchive.attributes(["mtime=1244509800.5", "comment=hello"])],
    [Member("././@LongLink", Array("\(folder)/data_batch_1.bin\u{0}".utf8), kind: "L")],
    [DataArchive.attributes(["path=./\(folder)/data_batch_1.bin"])],
  ])
  func allowed(_ before: [Member]) throws {
    let first = Member("\(Self.folder)/data_batch_1.bin", Self.batch)
    let members = [Self.members[0]] + before + [first] + Self.members[2...]
    let archive = DataArchive.gzip(DataArchive.tar(members))
    let server = try LoopbackServer { request, _ in .file(archive, to: request) }
    try FetchPlace.with { place in
      _ = try place.fetched(FetchPlace.source(server.url(), archive))
      let path = place.target + "/data_batch_1.bin"
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data(Self.batch))
    }
  }
}
