import Basics
import Cells
import Expressions
import TensorFiles

/// The lessons that come with the program.
enum LessonLibrary {
  /// The files, in the order of their names.
  ///
  /// - Throws: `Failure` where there are none.
  static func files() throws -> [String] {
    guard let folder = Resources.path("Lessons"), let names = try? LessonFiles.entries(of: folder)
    else {
      throw Failure(
        .file, "the lessons are not beside this program",
        hint: "name a file: lesson FILE.md, or set ALEXNET_HOME")
    }
    // Lessons have a number; other files, such as a README, are about them.
    return names.filter { $0.hasSuffix(".md") && $0.first?.isNumber == true }
      .map { "\(folder)/\($0)" }
  }

  /// The lessons, as far as they can be read, in the order of their files.
  ///
  /// - Throws: `Failure` where there are none.
  static func known() throws -> [Lesson] {
    try files().compactMap { try? LessonReader.read($0).lesson }
  }

  /// The lesson of a number, a name or a file.
  ///
  /// - Throws: `Failure` that names the nearest one, or says what is wrong with the file.
  static func lesson(_ word: String) throws -> Lesson {
    if word.hasSuffix(".md") { return try open(HomeFolder.expanding(word)) }
    let files = try files()
    let known = files.map { Lesson(named: $0) }
    let found = known.filter { $0.name == word || $0.number.map { String($0) } == plain(word) }
    if let first = found.first { return try open(first.file) }
    let near = Suggestion.didYouMean(word, among: known.map(\.name))
    throw Failure(
      .name, "there is no lesson \(quoted(word))", hint: near ?? "lesson lists them")
  }

  /// A number without the zeros before it.
  private static func plain(_ word: String) -> String { Int(word).map { String($0) } ?? word }

  /// Reads a lesson that is about to be taken or shown.
  ///
  /// - Throws: `Failure` with the first thing that is wrong with it.
  static func open(_ file: String) throws -> Lesson {
    let (lesson, problems) = try LessonReader.read(file)
    if let first = problems.first { throw first.failure(in: file) }
    return lesson
  }
}
