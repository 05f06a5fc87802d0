import Foundation
import Testing

@testable import Datasets

/// The files in `Fixtures`, which `Fixtures/generate.py` writes and describes.
enum Fixture {
  private static let folder =
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Fixtures").path

  static func path(_ name: String) -> String { folder + "/" + name }

  static func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: path(name))))
  }

  /// The image in a PPM file, as `generate.py` writes them.
  static func ppm(_ name: String) throws -> Image {
    let bytes = try bytes(name + ".ppm")
    // Four numbers or words, each followed by one whitespace byte, then the samples.
    var words: [String] = []
    var start = 0
    while words.count < 4 {
      let end = try #require(bytes[start...].firstIndex { $0 == 0x20 || $0 == 0x0A })
      words.append(String(decoding: bytes[start..<end], as: UTF8.self))
      start = end + 1
    }
    return Image(
      width: try #require(Int(words[1])), height: try #require(Int(words[2])),
      bytes: Array(bytes[start...]))
  }

  /// The names, without extension, of all fixtures with this extension.
  static func names(_ pathExtension: String) -> [String] {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return files.filter { $0.hasSuffix("." + pathExtension) }
      .map { String($0.dropLast(pathExtension.count + 1)) }.sorted()
  }
}

/// The largest difference between two samples, or nil if the sizes differ.
func largestDifference(_ a: Image, _ b: Image) -> Int? {
  guard (a.width, a.height) == (b.width, b.height) else { return nil }
  return zip(a.bytes, b.bytes).map { abs(Int($0) - Int($1)) }.max()
}

/// The error that `body` throws, if it throws one.
func imageError<R>(_ body: () throws(ImageError) -> R) -> ImageError? {
  do {
    _ = try body()
    return nil
  } catch {
    return error
  }
}

/// Calls `body` with a new folder, which is removed afterwards.
func withTemporaryFolder<R>(_ body: (String) throws -> R) throws -> R {
  let folder = FileManager.default.temporaryDirectory
    .appending(path: "alexnet-test-\(UInt64.random(in: .min ... .max))").path
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  return try body(folder)
}

extension Image {
  /// The image scaled so that its shorter side has the given length.
  func scaled(shorterSide side: Int) -> Image {
    let size = scaledSize(shorterSide: side)
    return resized(width: size.width, height: size.height)
  }
}
