/// A data set that can be fetched: where its archive is, and what is known of it beforehand.
public struct DataSource: Hashable, Sendable {
  /// What people call it at the prompt.
  public var name: String

  /// Where the archive is: http or https.
  public var url: String

  /// The length of the archive in bytes; nil where only the digest will tell, or nothing will.
  public var size: Int?

  /// The SHA-256 of the archive, 64 hexadecimal digits in small letters; nil takes any.
  public var digest: String?

  /// Pictures in each of the six files.
  public var recordsPerBatch: Int

  /// A source of these facts.
  public init(name: String, url: String, size: Int?, digest: String?, recordsPerBatch: Int) {
    self.name = name
    self.url = url
    self.size = size
    self.digest = digest
    self.recordsPerBatch = recordsPerBatch
  }

  /// CIFAR-10, the binary version, from its author's page at the University of Toronto.
  public static let cifar10 = DataSource(
    name: "cifar10", url: "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",
    size: 170_052_171,
    digest: "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
    recordsPerBatch: 10_000)

  /// Everything that can be fetched.
  public static let all = [cifar10]

  /// The same data from another server.
  ///
  /// - Parameters:
  ///   - url: where the archive is: http or https.
  ///   - digest: the SHA-256 of what is there, in letters of any size; nil takes whatever comes.
  /// - Throws: `ImageError` where the address or the digest cannot be one.
  public func mirrored(at url: String, digest: String?) throws(ImageError) -> DataSource {
    let scheme = url.prefix { $0 != ":" }.lowercased()
    guard ["http", "https"].contains(scheme), url.dropFirst(scheme.count).hasPrefix("://"),
      url.unicodeScalars.allSatisfy({ $0.isASCII && $0.value > 32 && $0.value != 127 })
    else {
      throw ImageError(
        "the address '\(Self.shown(url))' cannot be fetched from",
        hint: "an address begins http:// or https://; an archive that is here already is unpacked "
          + "with tar, and its folder named with --data")
    }
    let digest = digest?.lowercased()
    if let digest {
      guard digest.utf8.count == 64, digest.utf8.allSatisfy(Self.isHexadecimal) else {
        throw ImageError(
          "'\(digest.prefix(80))' is no SHA-256 digest",
          hint: "it has 64 hexadecimal digits, as the program sha256sum prints them")
      }
    }
    var mirror = self
    mirror.url = url
    mirror.digest = digest
    // Equal bytes are equally long; of others nothing is known.
    if digest == nil || digest != self.digest { mirror.size = nil }
    return mirror
  }

  /// The most bytes that are taken of an archive whose length is not known.
  static let largestUnknown = 512_000_000

  /// The address as messages show it, without a name and password in it.
  public var shownURL: String { Self.shown(url) }

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
