/// A data set that can be fetched: where its archive is, and what is known about it beforehand.
package struct DataSource: Hashable, Sendable {
  /// Its name in commands.
  package var name: String

  /// Where the archive is: http or https.
  package var url: String

  /// The length of the archive in bytes; nil if unknown.
  package var size: Int?

  /// The SHA-256 of the archive, 64 hexadecimal digits in lower case; nil accepts any.
  package var digest: String?

  /// Images in each of the six files.
  package var recordsPerBatch: Int

  /// A source with these properties.
  package init(name: String, url: String, size: Int?, digest: String?, recordsPerBatch: Int) {
    self.name = name
    self.url = url
    self.size = size
    self.digest = digest
    self.recordsPerBatch = recordsPerBatch
  }

  /// CIFAR-10, the binary version, from its author's page at the University of Toronto.
  package static let cifar10 = DataSource(
    name: "cifar10", url: "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",
    size: 170_052_171,
    digest: "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
    recordsPerBatch: 10_000)

  /// Everything that can be fetched.
  package static let all = [cifar10]

  /// The same data from another server.
  ///
  /// - Parameters:
  ///   - url: where the archive is: http or https.
  ///   - digest: the SHA-256 of the archive there, in upper or lower case; nil accepts any.
  /// - Throws: `ImageError` if the address or the digest is invalid.
  package func mirrored(at url: String, digest: String?) throws(ImageError) -> DataSource {
    let scheme = url.prefix { $0 != ":" }.lowercased()
    guard ["http", "https"].contains(scheme), url.dropFirst(scheme.count).hasPrefix("://"),
      url.unicodeScalars.allSatisfy({ $0.isASCII && $0.value > 32 && $0.value != 127 })
    else {
      throw ImageError(
        "can't fetch from the address '\(Self.shown(url))'",
        hint:
          "an address begins with http:// or https://; to use an archive that you have, unpack it "
          + "with tar and name its folder with --data")
    }
    let digest = digest?.lowercased()
    if let digest {
      guard digest.utf8.count == 64, digest.utf8.allSatisfy(Self.isHexadecimal) else {
        throw ImageError(
          "'\(digest.prefix(80))' isn't a SHA-256 digest",
          hint: "it has 64 hexadecimal digits, as the program sha256sum prints them")
      }
    }
    var mirror = self
    mirror.url = url
    mirror.digest = digest
    // With the same digest the size is the same; otherwise it is unknown.
    if digest == nil || digest != self.digest { mirror.size = nil }
    return mirror
  }

  /// The largest archive of unknown length that is accepted, in bytes.
  static let largestUnknown = 512_000_000

  /// The address for messages, without a name and password.
  package var shownURL: String { Self.shown(url) }

  private static func shown(_ url: String) -> String {
    guard let scheme = url.range(of: "://") else { return url }
    let authority = url[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    guard let at = authority.lastIndex(of: "@") else { return url }
    return String(url[..<scheme.upperBound] + url[url.index(after: at)...])
  }

  private static func isHexadecimal(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
  }
}
