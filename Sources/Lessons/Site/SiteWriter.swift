import Basics
import Cells
import CourseSite
import Documents
import Foundation
import Networks
import TensorFiles

/// Writes a course as a static web site.
struct SiteWriter {
  /// The layers of AlexNet that get a page to click if a lesson explains them, and what they do.
  static let layers = [
    ("conv1", "96 filters of 11×11 slide over the image"),
    ("relu1", "Negative numbers become zero"),
    ("norm1", "Each number is divided by its neighbours in other channels"),
    ("pool1", "The largest number of each window stays"),
    ("conv2", "256 filters of 5×5 read all of pool1"),
    ("conv3", "384 filters of 3×3 read all of pool2"),
  ]

  /// A lesson, and the text of its file.
  private struct Source {
    var lesson: Lesson
    var text: String
  }

  private let sources: [Source]
  private let folder: String

  /// Reads the lessons' files, each once.
  ///
  /// - Throws: `FileError`, or `Failure` if a file isn't a lesson, or two lessons have the same name.
  init(files: [String], folder: String) throws {
    sources = try files.map { file in
      let text = try LessonReader.text(of: file)
      return Source(lesson: try LessonLibrary.open(file, text: text), text: text)
    }
    self.folder = folder
    var stems: Set<String> = []
    for source in sources where !stems.insert(source.lesson.stem).inserted {
      throw Failure(.usage, "two lessons are called \(quoted(source.lesson.stem))")
    }
  }

  /// What was written.
  struct Written {
    var lessons: Int
    var exercises: Int
    var layers: Int
    var files: Int
    var bytes: Int
  }

  /// Checks that no file of the site exists, unless `--overwrite` was given.
  private func claim(_ writing: WritingOptions) throws {
    let stems = sources.map(\.lesson.stem)
    for name in CourseSite.names(stems: stems, layers: Self.layers.map(\.0)) {
      _ = try writing.claim(OutputFile("\(folder)/\(name)"))
    }
  }

  /// Runs the lessons and writes the site.
  ///
  /// - Throws: `Failure` at what doesn't work in a lesson, `FileError`, or `Cancelled`.
  func write(_ writing: WritingOptions, in session: Session) throws -> Written {
    try claim(writing)
    let layers = Self.layers.map(\.0)
    var builder = LessonPageBuilder(
      host: session.host, settings: session.settings, commands: session.commands,
      stems: Set(sources.map(\.lesson.stem)), layers: Set(layers))
    let pages = try sources.map { try builder.page(of: $0.lesson, text: $0.text) }
    let site = CourseSite(
      lessons: pages, figures: try figures(of: builder.linkedLayers, in: session),
      teaching: try Self.teaching(), version: Version.number)
    do {
      try FileManager.default.createDirectory(
        atPath: HomeFolder.expanding(folder), withIntermediateDirectories: true)
    } catch {
      throw Failure(.file, "can't create the folder \(quoted(folder))")
    }
    var written = Written(
      lessons: sources.count, exercises: sources.map(\.lesson.exercises.count).reduce(0, +),
      layers: site.figures.count, files: 0, bytes: 0)
    for file in site.files {
      try AtomicFile.write(file.text, to: "\(folder)/\(file.name)")
      written.files += 1
      written.bytes += file.text.utf8.count
    }
    return written
  }

  /// The page for teachers.
  ///
  /// - Throws: `Failure` or `FileError` if the lessons' folder doesn't have its file.
  static func teaching() throws -> String {
    guard let path = Resources.path("Lessons/teaching.md") else {
      throw Failure(
        .file, "can't find the lessons that come with this program", hint: "set ALEXNET_HOME")
    }
    // A class is one of learners there, not of images.
    var markdown = PageMarkdown(stems: [], linksTerms: false)
    return markdown.blocks(try LessonReader.text(of: path))
  }

  /// The layers of the default network on the test card, to be clicked.
  private func figures(of linked: Set<String>, in outer: Session) throws -> [SiteFigure] {
    let layers = Self.layers.filter { linked.contains($0.0) }
    guard !layers.isEmpty else { return [] }
    var session = Session.ofLesson(
      Lesson(named: "site"), LessonHost(outer.host, isQuiet: true), settings: outer.settings,
      commands: outer.commands)
    return try layers.map { layer, words in
      outer.host.report(progress: "figure of \(layer)")
      defer { outer.host.report(progress: nil) }
      let result = session.run("explore \(layer)")
      try outer.host.cancellation.check()
      if let failure = result.failure { throw failure }
      for case .figure(let figure) in result.output.blocks {
        return SiteFigure(layer: layer, words: words, html: figure.html)
      }
      preconditionFailure("explore \(layer) shows a figure.")
    }
  }
}

extension LessonCommand {
  /// Writes the course, or the lessons that are named, as a web site.
  func site(in session: Session) throws -> Output {
    guard let folder = names.first else {
      throw Failure(.usage, "into which folder?", hint: "lesson site FOLDER")
    }
    let files =
      names.count == 1
      ? try LessonLibrary.files()
      : try names.dropFirst().map(LessonLibrary.file(of:))
    let written = try SiteWriter(files: files, folder: folder).write(writing, in: session)
    var output = Output(
      json: [
        "folder": .string(folder), "lessons": .integer(written.lessons),
        "exercises": .integer(written.exercises), "layers": .integer(written.layers),
        "files": .integer(written.files), "bytes": .integer(written.bytes),
      ])
    output.line(
      "site: \(NumberFormat.count(written.lessons, "lesson")), "
        + "\(NumberFormat.count(written.exercises, "exercise")), "
        + "\(NumberFormat.count(written.layers, "layer")) to click, "
        + "\(NumberFormat.bytes(written.bytes)), written to " + .name(folder), hang: 4)
    output.line(.faint("open it in a browser: ") + .name("\(folder)/index.html"), hang: 4)
    return output
  }
}
