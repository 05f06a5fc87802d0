import ArgumentParser
import Basics
import Cells
import Datasets
import Documents
import Foundation
import TensorFiles

/// The files that a command writes instead of showing something.
struct ShownFiles: ParsableArguments {
  /// The kinds of files.
  enum Format: String, CaseIterable {
    case png, svg, csv, html

    /// The endings of a file's name that mean this format.
    var endings: [String] { self == .html ? ["html", "htm"] : [rawValue] }
    /// The format in a sentence.
    var title: String { rawValue.uppercased() }
  }

  @Option(help: ArgumentHelp("Write a PNG image.", valueName: "file"), completion: .file())
  var png: OutputFile?
  @Option(help: ArgumentHelp("Write an SVG drawing.", valueName: "file"), completion: .file())
  var svg: OutputFile?
  @Option(
    help: ArgumentHelp("Write the numbers, separated by commas.", valueName: "file"),
    completion: .file())
  var csv: OutputFile?
  @Option(
    help: ArgumentHelp("Write a web page that needs no other file.", valueName: "file"),
    completion: .file())
  var html: OutputFile?

  /// The paths of the files that were asked for.
  struct Claimed {
    var paths: [(format: Format, path: String)]

    var isEmpty: Bool { paths.isEmpty }

    /// The paths by format, for JSON.
    func json(_ format: Format) -> JSONValue {
      .optional(paths.first { $0.format == format }?.path)
    }
  }

  /// Checks the files that were asked for, before the work starts.
  ///
  /// - Throws: `Failure` if a name contradicts its format, or if a file exists and may not be replaced.
  func claim(_ writing: WritingOptions) throws(Failure) -> Claimed {
    var claimed = Claimed(paths: [])
    for (format, file) in zip(Format.allCases, [png, svg, csv, html]) {
      guard let file else { continue }
      try Self.check(file.name, format)
      claimed.paths.append((format, try writing.claim(file)))
    }
    return claimed
  }

  /// Other formats' endings, which would mislead every program that opens the file.
  private static let otherEndings = [
    "jpg", "jpeg", "gif", "webp", "bmp", "tif", "tiff", "pdf", "json", "ipynb", "alexnet", "md",
    "safetensors",
  ]

  private static func check(_ name: String, _ format: Format) throws(Failure) {
    let path = name as NSString
    let ending = path.pathExtension.lowercased()
    guard !format.endings.contains(ending) else { return }
    let right = "--\(format.rawValue) \(path.deletingPathExtension).\(format.rawValue)"
    if let other = Format.allCases.first(where: { $0.endings.contains(ending) }) {
      throw Failure(
        .usage,
        "--\(format.rawValue) writes \(format.title), but \(quoted(name)) is named like "
          + other.title,
        hint: "--\(other.rawValue) \(name), or \(right)")
    }
    guard otherEndings.contains(ending) else { return }
    throw Failure(
      .usage, "--\(format.rawValue) writes \(format.title), but \(quoted(name)) ends in .\(ending)",
      hint: right)
  }
}

/// What a command shows, for files: a drawing, its numbers, and a sentence that says what it shows.
struct ShownContent {
  /// The drawing.
  var drawing: Drawing
  /// The pixels of a PNG for one of the drawing.
  var scale = 1.0
  /// Lines of comma-separated values; the first line has the columns' names.
  var csv: String

  /// What the drawing shows.
  var sentence: String { drawing.description }

  /// Writes the files that were asked for, each with the sentence.
  func write(_ claimed: ShownFiles.Claimed) throws {
    for (format, path) in claimed.paths {
      switch format {
      case .png: try drawing.image(scale: scale).writePNG(path: path, description: sentence)
      // Paths that `writing.claim` returned.
      case .svg: try AtomicFile.write(drawing.svg, to: path)
      case .csv: try AtomicFile.write("# \(onOneLine(sentence))\n" + csv, to: path)
      case .html: try AtomicFile.write(page, to: path)
      }
    }
  }

  /// A page that needs no other file.
  private var page: String {
    HTML.page(
      title: drawing.title,
      policy: "default-src 'none'; img-src data:; style-src 'unsafe-inline'",
      head: """
        <style>
        body { font-family: system-ui, sans-serif; line-height: 1.4; margin: 2em auto; max-width: 62rem; \
        padding: 0 1rem; }
        figure { margin: 0; }
        svg { height: auto; max-width: 100%; }
        </style>
        """,
      body: """
        <figure>
        \(drawing.svg)<figcaption>\(HTML.escaped(sentence))</figcaption>
        </figure>
        """)
  }

  private func onOneLine(_ text: String) -> String {
    String(text.map { $0.isNewline ? " " : $0 })
  }
}

extension Output {
  /// Says which files were written.
  mutating func written(_ claimed: ShownFiles.Claimed) {
    for (_, path) in claimed.paths { line("written to " + .name(path)) }
  }
}
