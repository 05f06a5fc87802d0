import Foundation
import TestSupport
import Testing

@testable import Cells
@testable import Datasets
@testable import Notebook

/// What `view` and `plot` write to files: each says what it shows.
@Suite struct ShownFilesTests {
  /// The text chunk `Description` of a PNG (iTXt, uncompressed), read from its bytes.
  static func pngDescription(_ bytes: [UInt8]) -> String? {
    var place = 8
    while place + 12 <= bytes.count {
      let length = bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
      let type = String(decoding: bytes[place + 4..<place + 8], as: UTF8.self)
      let data = Array(bytes[place + 8..<place + 8 + length])
      if type == "iTXt" {
        // Keyword, NUL, two bytes for compression, language, NUL, translated keyword, NUL, text.
        let parts = data.split(separator: 0, omittingEmptySubsequences: false)
        guard String(decoding: parts[0], as: UTF8.self) == "Description" else { return nil }
        return String(decoding: parts[parts.count - 1], as: UTF8.self)
      }
      place += 12 + length
    }
    return nil
  }

  static let lines = [
    (line: "view image", says: "test card, 256×256, before it is prepared."),
    (line: "view conv1.weight", says: "conv1.weight: 32 tiles of 5×5, numbered 0…31"),
    (line: "view why pool1[3, 4, 5]", says: "the frame marks row"),
    (line: "view saliency 3", says: "arXiv 1312.6034"),
    (line: "view network", says: "cuda-convnet-26 to scale"),
    (line: "plot trained cuda-convnet-18", says: "accuracy: training from"),
    (line: "plot histogram conv1.weight", says: "2,400 values of conv1.weight"),
  ]

  @Test(arguments: lines)
  func eachFileSaysWhatItShows(_ line: String, _ says: String) throws {
    try inTemporaryFolder { folder in
      var session = Session(host: QuietHost())
      _ = session.run("network cuda-convnet-26")
      let files = ["png", "svg", "csv", "html"].map { "--\($0) \(folder)/a.\($0)" }
      let result = session.run("\(line) \(files.joined(separator: " "))")
      #expect(result.failure == nil, "\(result.failure?.message ?? "")")
      func bytes(_ ending: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/a.\(ending)")))
      }
      let png = try bytes("png")
      let description = try #require(Self.pngDescription(png))
      #expect(description.contains(says), "\(description)")
      #expect(try Image.decode(png, name: "a.png").width > 16)
      let svg = String(decoding: try bytes("svg"), as: UTF8.self)
      let escaped = description.replacingOccurrences(of: "'", with: "&#39;")
      #expect(svg.contains("<desc id=\"description\">\(escaped)</desc>"), "\(svg.prefix(900))")
      #expect(svg.contains("<title id=\"title\">") && !svg.contains("nan"))
      #expect(XMLSyntax.isWellFormed(svg))
      let csv = String(decoding: try bytes("csv"), as: UTF8.self)
        .split(separator: "\n", omittingEmptySubsequences: false)
      #expect(csv[0] == "# \(description)" && csv.last == "")
      let width = csv[1].count { $0 == "," }
      #expect(csv.count > 3 && width > 0)
      let isQuoted = csv.contains { $0.contains("\"") }
      #expect(
        isQuoted || csv.dropFirst(2).dropLast().allSatisfy { $0.count { $0 == "," } == width })
      let html = String(decoding: try bytes("html"), as: UTF8.self)
      #expect(html.contains("<figcaption>\(escaped)</figcaption>"))
      #expect(html.contains("default-src 'none'") && html.contains("name=\"viewport\""))
      #expect(!html.contains("http://") || !html.contains("<script"))
    }
  }

  /// A name that contradicts the format is refused before anything runs, with the line to type instead.
  @Test(arguments: [
    ("view image --png a.jpg", "ends in .jpg", "--png a.png"),
    ("view image --png a.svg", "is named like SVG", "--svg a.svg, or --png a.png"),
    ("view conv1 --csv dir.x/a.html", "is named like HTML", "--csv dir.x/a.csv"),
    ("plot trained --svg a.PNG", "is named like PNG", "--png a.PNG, or --svg a.svg"),
    ("view network --html a.pdf", "ends in .pdf", "--html a.html"),
  ])
  func contradictingNames(_ line: String, _ message: String, _ hint: String) throws {
    var session = Session(host: QuietHost())
    let failure = try #require(session.run(line).failure)
    #expect(failure.kind == .usage && failure.message.contains(message), "\(failure.message)")
    #expect(failure.hint?.contains(hint) == true, "\(failure.hint ?? "")")
    #expect(session.trace == nil)
  }

  /// The numbers of a CSV file are the tensor's, and a pixel's are the image's.
  @Test func csvHoldsTheValues() throws {
    try inTemporaryFolder { folder in
      var session = Session(host: QuietHost())
      _ = session.run("network cuda-convnet-26")
      let result = session.run("view conv1.weight[2, 1] --csv \(folder)/w.csv")
      #expect(result.failure == nil, "\(result.failure?.message ?? "")")
      let text = try String(contentsOfFile: "\(folder)/w.csv", encoding: .utf8)
      let rows = text.split(separator: "\n").dropFirst(2).map { $0.split(separator: ",") }
      let tensor = try session.tensor("conv1.weight[2, 1]")
      #expect(rows.count == 25 && text.contains("\ny,x,value\n"))
      for (row, value) in zip(rows, tensor.values) { #expect(Float(row[2]) == value) }
      #expect(rows[7].prefix(2) == ["1", "2"])
    }
  }
}

/// A check that every tag of an XML text is closed in order.
enum XMLSyntax {
  static func isWellFormed(_ text: String) -> Bool {
    var open: [Substring] = []
    for match in text.matches(of: #/<(/?)([a-z]+)(?:\s[^<>]*?)?(/?)>/#) {
      let (isEnd, name, isEmpty) = (!match.1.isEmpty, match.2, !match.3.isEmpty)
      if isEnd {
        guard open.popLast() == name else { return false }
      } else if !isEmpty {
        open.append(name)
      }
    }
    return open.isEmpty && text.contains("<svg")
  }
}
