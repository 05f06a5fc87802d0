import Basics
import Foundation
import TensorFiles
import Tensors

/// Fetches a data set: downloads, checks the digest, unpacks, checks every record; only then does
/// the folder get its name.
package struct DataFetch: Sendable {
  /// The result.
  package enum Outcome: Equatable, Sendable {
    /// The data was already there, and every record is valid.
    case present(CIFAR10Verification)
    /// The data was fetched.
    case fetched(Fetched)
  }

  /// Data that was fetched.
  package struct Fetched: Equatable, Sendable {
    /// The contents of the folder.
    package let verification: CIFAR10Verification
    /// The length of the archive in bytes.
    package let size: Int
    /// The SHA-256 of the archive.
    package let digest: String
    /// How many bytes an earlier try had left.
    package let resumedFrom: Int
    /// Where a damaged copy that was in the way has been moved, if there was one.
    package let movedAside: String?
  }

  /// What to fetch, and from where.
  package var source: DataSource
  /// How many tries in a row may bring almost nothing.
  package var attempts = 4
  /// The wait between two tries.
  package var pause: Duration = .seconds(1)
  /// Seconds without a byte after which a connection counts as broken.
  package var patience = 60

  private let place: Place

  /// Where the data goes.
  private struct Place {
    /// The value of `--data` or `$ALEXNET_DATA`, if given.
    let named: String?
    /// The folder that the batches will be in.
    let target: String

    var parent: String { String(target[..<(target.lastIndex(of: "/") ?? target.startIndex)]) }
    var part: String { parent + "/cifar-10-binary.tar.gz.part" }
    /// A fixed name: the program that holds the part may clear what a killed program left there.
    var temporary: String { parent + "/." + CIFAR10.folderName + ".unpacking" }
  }

  /// A fetch of this source.
  ///
  /// - Parameters:
  ///   - source: the data set.
  ///   - folder: the value of `--data`: the data goes to `cifar-10-batches-bin` in it. By default,
  ///     the same in `$ALEXNET_DATA`, else `cifar10/cifar-10-batches-bin` in the cache folder.
  ///     `CIFAR10.locate` searches all of these.
  ///   - environment: the environment variables.
  /// - Throws: `ImageError` if it has nowhere to go.
  package init(
    _ source: DataSource, folder: String? = nil,
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws(ImageError) {
    self.source = source
    let variable = environment["ALEXNET_DATA"].flatMap { $0.isEmpty ? nil : $0 }
    if let named = folder ?? variable {
      var expanded = HomeFolder.expanding(named)
      guard !expanded.isEmpty, !expanded.utf8.contains(0) else {
        throw ImageError(
          "'\(printable(named))' isn't a folder's name", hint: "--data DIR names one")
      }
      while expanded.count > 1 && expanded.hasSuffix("/") { expanded.removeLast() }
      if expanded == "/" { expanded = "" }
      place = Place(
        named: expanded.isEmpty ? "/" : expanded, target: expanded + "/" + CIFAR10.folderName)
    } else if let cache = Folders.cache(environment) {
      place = Place(named: nil, target: cache + "/cifar10/" + CIFAR10.folderName)
    } else {
      throw ImageError(
        "no folder for the data: HOME isn't set", hint: "--data DIR names one")
    }
    self.environment = environment
  }

  private let environment: [String: String]

  /// The folder that the data will be in.
  package var target: String { place.target }

  /// Runs the fetch.
  ///
  /// - Parameters:
  ///   - cancellation: polled all the time; the bytes received so far are kept.
  ///   - report: called with the progress, many times a second.
  /// - Throws: `ImageError` or `Cancelled`.
  package func run(
    cancellation: Cancellation = .never, report: (FetchProgress) -> Void = { _ in }
  ) throws -> Outcome {
    if let verification = try presentCopy(cancellation, report) { return .present(verification) }
    try FileSystem.makeFolder(place.parent)
    let part = try PartFile(place.part)
    let resumedFrom = part.count
    do {
      try requireRoom(beyond: part.count)
      let download = Download(
        source: source, attempts: attempts, pause: pause, patience: patience)
      try download.run(into: part, cancellation: cancellation, report: report)
    } catch {
      // An empty part isn't worth keeping.
      if part.count == 0 { part.remove() }
      throw error
    }
    let digest = try checkedDigest(part, cancellation, report)
    let verification = try unpack(part, cancellation, report)
    let aside = try settle()
    part.remove()
    flushFolder(place.parent)
    let settled = CIFAR10Verification(
      folder: place.target, classCounts: verification.classCounts, digests: verification.digests,
      hasDigests: true)
    return .fetched(
      Fetched(
        verification: settled, size: part.count, digest: digest,
        resumedFrom: min(resumedFrom, part.count), movedAside: aside))
  }

  private func verify(
    _ folder: String, _ cancellation: Cancellation, _ report: (FetchProgress) -> Void
  ) throws -> CIFAR10Verification {
    try CIFAR10.verify(
      folder: folder, recordsPerBatch: source.recordsPerBatch, cancellation: cancellation
    ) { done, total in
      report(FetchProgress(.verifying, done, of: total))
    }
  }

  /// The data in the folder, if it is already there and complete.
  ///
  /// - Throws: `ImageError` if a damaged copy is in the way and the program may not move it.
  private func presentCopy(
    _ cancellation: Cancellation, _ report: (FetchProgress) -> Void
  ) throws -> CIFAR10Verification? {
    guard let found = CIFAR10.locate(folder: place.named, environment: environment) else {
      return nil
    }
    do {
      return try verify(found, cancellation, report)
    } catch let error as ImageError {
      if found == place.target { return nil }
      throw ImageError(
        error.message, hint: "move \(found) away, or name another folder with --data")
    }
  }

  private func requireRoom(beyond count: Int) throws(ImageError) {
    let files = Unpacking(recordsPerBatch: source.recordsPerBatch).total
    let needed = max(0, (source.size ?? 0) - count) + files
    guard let free = FileSystem.freeSpace(place.parent), free < needed else { return }
    throw ImageError(
      "\(place.parent) has \(free / 1_000_000) MB left; \(needed / 1_000_000) MB are needed",
      hint: "make room, or name another folder with --data")
  }

  private func checkedDigest(
    _ part: PartFile, _ cancellation: Cancellation, _ report: (FetchProgress) -> Void
  ) throws -> String {
    let digest = try FileDigest.digits(of: part.path, cancellation: cancellation) { done, total in
      report(FetchProgress(.checking, done, of: total))
    }
    guard source.digest == nil || source.digest == digest else {
      part.remove()
      throw ImageError(
        "\(source.shownURL): its SHA-256 is \(digest) instead of \(source.digest ?? "")",
        hint: "it's a different file, and was removed; run the same command to fetch it again")
    }
    return digest
  }

  /// Unpacks next to the target and checks every record.
  private func unpack(
    _ part: PartFile, _ cancellation: Cancellation, _ report: (FetchProgress) -> Void
  ) throws -> CIFAR10Verification {
    let unpacking = Unpacking(recordsPerBatch: source.recordsPerBatch)
    let folder = place.temporary
    try? FileManager.default.removeItem(atPath: folder)
    try FileSystem.makeFolder(folder)
    do {
      let verification = try contents(of: part, unpacking, folder, cancellation, report)
      do throws(FileError) {
        try AtomicFile.write(
          verification.digestLines, to: folder + "/" + CIFAR10Verification.digestFile)
      } catch {
        throw ImageError(error)
      }
      return verification
    } catch {
      try? FileManager.default.removeItem(atPath: folder)
      throw error
    }
  }

  private func contents(
    of part: PartFile, _ unpacking: Unpacking, _ folder: String, _ cancellation: Cancellation,
    _ report: (FetchProgress) -> Void
  ) throws -> CIFAR10Verification {
    let hint = "the download isn't CIFAR-10's binary version, and was removed"
    do {
      try unpacking.run(
        part.path, name: source.shownURL, into: folder, cancellation: cancellation
      ) { done in
        // The total doesn't include the text files next to the batches.
        report(FetchProgress(.unpacking, min(done, unpacking.total), of: unpacking.total))
      }
    } catch let error as UnfitArchive {
      part.remove()
      throw ImageError(error.message, hint: hint)
    }
    do {
      return try verify(folder, cancellation, report)
    } catch let error as ImageError {
      part.remove()
      let reason = error.message.replacing(folder + "/", with: "")
      throw ImageError("\(source.shownURL): \(reason)", hint: hint)
    }
  }

  /// Gives the unpacked folder its name.
  ///
  /// - Returns: where the folder that had the name before is now.
  private func settle() throws(ImageError) -> String? {
    var aside: String?
    if FileSystem.kind(place.target) != nil {
      let free = (1...1000).lazy.map { "\(place.target).damaged-\($0)" }
        .first { FileSystem.kind($0) == nil }
      guard let free, rename(place.target, free) == 0 else {
        throw ImageError(
          "\(place.target) is in the way and cannot be moved", hint: "move it away yourself")
      }
      aside = free
    }
    guard rename(place.temporary, place.target) == 0 else {
      throw ImageError(cannotWrite: place.target, errno: errno)
    }
    return aside
  }
}
