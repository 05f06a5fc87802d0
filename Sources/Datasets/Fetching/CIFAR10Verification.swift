import Digests
import Foundation
import TensorFiles
import Tensors

/// The result of checking every record in a folder of CIFAR-10.
package struct CIFAR10Verification: Equatable, Sendable {
  /// The folder that holds the files.
  package let folder: String
  /// For each part, the number of images of each class.
  package let classCounts: [CIFAR10.Split: [Int]]
  /// The SHA-256 of each file.
  package let digests: [Digest]
  /// Whether the folder has digests from when the data was fetched, and they match.
  package let hasDigests: Bool

  /// The SHA-256 of one file.
  package struct Digest: Equatable, Sendable {
    /// The file's name.
    package let file: String
    /// 64 hexadecimal digits.
    package let digits: String
  }

  /// The number of images in a part.
  package func count(_ split: CIFAR10.Split) -> Int {
    classCounts[split, default: []].reduce(0, +)
  }

  /// The file in which `data fetch` stores the digests, in the format of the program sha256sum.
  static let digestFile = "SHA256SUMS"

  /// The digests in the format of that file.
  var digestLines: String { digests.map { "\($0.digits)  \($0.file)\n" }.joined() }
}

extension CIFAR10 {
  /// Checks every record in a folder: lengths, classes, and the files' digests from when they were
  /// fetched.
  ///
  /// - Parameters:
  ///   - folder: where the batches are; `locate(folder:environment:)` says how deep it may be.
  ///   - recordsPerBatch: images in each file: 10,000 in the official one.
  ///   - cancellation: polled every thousand images.
  ///   - report: called with the bytes done and the total.
  /// - Throws: `ImageError` that names the first wrong file and record; `Cancelled`.
  package static func verify(
    folder: String, recordsPerBatch: Int = 10_000, cancellation: Cancellation = .never,
    report: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws -> CIFAR10Verification {
    // Opening checks the lengths.
    _ = try CIFAR10(folder: folder, recordsPerBatch: recordsPerBatch)
    let found = locate(folder: folder) ?? HomeFolder.expanding(folder)
    let kept = try keptDigests(found)
    let files = Split.allCases.flatMap { split in split.files.map { (split, $0) } }
    let total = files.count * recordsPerBatch * recordSize
    var counts: [Split: [Int]] = [:]
    var digests: [CIFAR10Verification.Digest] = []
    var done = 0
    for (split, file) in files {
      let path = found + "/" + file
      let digits = try look(
        at: path, records: recordsPerBatch,
        counts: &counts[split, default: Array(repeating: 0, count: 10)],
        cancellation: cancellation
      ) { count in
        done += count
        report(done, total)
      }
      if let kept, kept[file] != digits {
        throw ImageError(
          "\(path) has changed since it was fetched: its SHA-256 is \(digits) instead of \(kept[file] ?? "none")",
          hint: "move the folder away and fetch the data again")
      }
      digests.append(.init(file: file, digits: digits))
    }
    return CIFAR10Verification(
      folder: found, classCounts: counts, digests: digests, hasDigests: kept != nil)
  }

  /// Checks the records of one file.
  ///
  /// - Returns: its digest.
  private static func look(
    at path: String, records: Int, counts: inout [Int], cancellation: Cancellation,
    did: (Int) -> Void
  ) throws -> String {
    do {
      let file = try OpenFile(path)
      var digest = SHA256()
      for first in stride(from: 0, to: records, by: 1000) {
        try cancellation.check()
        let some = min(1000, records - first)
        var bytes = [UInt8](repeating: 0, count: some * recordSize)
        try bytes.withUnsafeMutableBytes { try file.read(into: $0, at: first * recordSize) }
        for record in 0..<some {
          let label = Int(bytes[record * recordSize])
          guard label < classNames.count else {
            throw ImageError(
              "\(path) is damaged: record \(first + record) has the class \(label); there are 0 to 9",
              hint: "download the CIFAR-10 binary version again")
          }
          counts[label] += 1
        }
        digest.update(bytes)
        did(bytes.count)
      }
      return digest.digits
    } catch let error as FileError {
      throw ImageError(error)
    }
  }

  /// The stored digests in the folder, if it has any.
  private static func keptDigests(_ folder: String) throws(ImageError) -> [String: String]? {
    let path = folder + "/" + CIFAR10Verification.digestFile
    guard FileSystem.kind(path) != nil else { return nil }
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try OpenFile.bytes(of: path, limit: 1 << 16)
    } catch {
      throw ImageError(error)
    }
    var digests: [String: String] = [:]
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
      let words = line.split(separator: " ", maxSplits: 1)
      if words.count == 2 { digests[words[1].filter { $0 != " " && $0 != "*" }] = String(words[0]) }
    }
    return digests
  }
}
