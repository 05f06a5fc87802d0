import Datasets
import Foundation
import Synchronization
import Tensors
import TestSupport
import Testing

@testable import Cells
@testable import Commands
@testable import Documents
@testable import Notebook

/// Folders of images at the prompt: images that can't be read, and progress.
@Suite struct ReadingOptionsTests {
  /// A host that records progress and what is shown before a command ends.
  final class Listener: Cells.Host {
    let cancellation = Cancellation()
    let isInteractive = true
    let lines = Mutex<[String]>([])
    let shown = Mutex<[String]>([])
    func show(_ document: Document) { shown.withLock { $0.append(document.plainText) } }
    func report(progress: String?) { lines.withLock { $0.append(progress ?? "") } }
  }

  /// Writes two classes of six images, of which some can't be read.
  private static func write(_ path: String, bad: [String]) throws {
    for name in ["ant", "bee"] {
      try FileManager.default.createDirectory(
        atPath: "\(path)/\(name)", withIntermediateDirectories: true)
      for i in 0..<6 {
        try Image(width: 8, height: 8, filledWith: RGB(UInt8(20 * i), UInt8(9 * i), UInt8(i)))
          .writePNG(path: "\(path)/\(name)/\(i).png")
      }
    }
    for name in bad {
      try Data("GIF89a".utf8).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
    }
  }

  private static func run(_ line: String) -> (text: String, failure: Failure?) {
    let host = Listener()
    var session = Session(host: host)
    let run = session.run(line)
    let texts = host.shown.withLock { $0 } + [run.output.plainText]
    let words = texts.joined(separator: " ").split(whereSeparator: \.isWhitespace)
    return (words.joined(separator: " "), run.failure)
  }

  @Test func verify() throws {
    try inTemporaryFolder { path in
      try Self.write(path, bad: [])
      #expect(Self.run("data verify \(path)").text.hasSuffix("2 classes: all can be read"))
      try Self.write(path, bad: ["bee/2.png"])
      let one = Self.run("data verify \(path)").failure
      #expect(one?.message == "\(path)/bee/2.png is a GIF, neither PNG nor JPEG")
      try Self.write(path, bad: ["bee/2.png", "ant/0.png", "ant/5.png"])
      let several = Self.run("data verify \(path)")
      let name = URL(fileURLWithPath: path).lastPathComponent
      #expect(several.failure?.message == "3 images of \(name) can't be read")
      #expect(several.failure?.kind == .file)
      for file in ["bee/2.png", "ant/0.png", "ant/5.png"] {
        #expect(several.text.contains("· \(path)/\(file) is a GIF"), "\(several.text)")
      }
    }
  }

  @Test func leavingOut() throws {
    try inTemporaryFolder { path in
      try Self.write(path, bad: ["bee/2.png"])
      #expect(Self.run("data info \(path)").failure?.message.contains("bee/2.png") == true)
      let info = Self.run("data info \(path) --skip-bad")
      #expect(info.failure == nil)
      #expect(
        info.text.contains(
          "left out 1 image that can't be read: · \(path)/bee/2.png is a GIF, neither PNG nor JPEG"),
        "\(info.text)")
      #expect(Self.run("data info \(path) --decoders 0 --skip-bad").failure?.kind == .usage)
      let file = "\(path)/my.index"
      #expect(Self.run("data info \(path) --skip-bad --index \(file)").failure == nil)
      #expect(FileManager.default.fileExists(atPath: file))
    }
  }

  @Test func progress() {
    let host = Listener()
    let progress = ReadingProgress(host: host)
    let begin = ContinuousClock.now
    for (seconds, title, done, total) in [
      (0, "listing images", 0, nil), (1, "listing images", 40_000, nil),
      (2, "decoding images", 0, 60_000), (2.5, "decoding images", 300, 60_000),
      (4, "decoding images", 1200, 60_000), (4.05, "decoding images", 1201, 60_000),
      (40, "decoding images", 60_000, 60_000),
    ] as [(Double, String, Int, Int?)] {
      progress.report(title, done, of: total, at: begin + .seconds(seconds))
    }
    #expect(
      host.lines.withLock { $0 } == [
        "listing images", "listing images  40,000", "decoding images  0 of 60,000",
        "decoding images  300 of 60,000", "decoding images  1,200 of 60,000  98 s left",
        "decoding images  60,000 of 60,000  0 s left",
      ])
  }
}
