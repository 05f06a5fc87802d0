import Basics
import Cells
import Expressions
import TensorFiles

/// The lessons that come with the program.
enum LessonLibrary {
  /// The files, sorted by name.
  ///
  /// - Throws: `Failure` if none are found.
  static func files() throws -> [String] {
    guard let folder = Resources.path("Lessons"), let names = try? LessonFiles.entries(of: folder)
    else {
      throw Failure(
        .file, "can't find the lessons that come with this program",
        hint: "name a file: lesson FILE.md, or set ALEXNET_HOME")
    }
    // A lesson's file name begins with a number; other files, such as a README, are about the
    // lessons.
    return names.filter { $0.hasSuffix(".md") && $0.first?.isNumber == true }
      .map { "\(folder)/\($0)" }
  }

  /// The lessons, in the order of their files. Files that can't be parsed are left out.
  ///
  /// - Throws: `Failure` if none are found.
  static func known() throws -> [Lesson] {
    try files().compactMap { try? LessonReader.read($0).lesson }
  }

  /// The lesson with a number, a name or a file.
  ///
  /// - Throws: `Failure` that suggests the nearest lesson, or says what is wrong with the file.
  static func lesson(_ word: String) throws -> Lesson { try open(file(of: word)) }

  /// The file of the lesson with a number, a name or a file.
  ///
  /// - Throws: `Failure` that suggests the nearest lesson.
  static func file(of word: String) throws -> String {
    if word.hasSuffix(".md") { return HomeFolder.expanding(word) }
    let files = try files()
    let known = files.map { Lesson(named: $0) }
    let found = known.filter { $0.name == word || $0.number.map { String($0) } == plain(word) }
    if let first = found.first { return first.file }
    let near = Suggestion.didYouMean(word, among: known.map(\.name))
    throw Failure(
      .name, "there is no lesson \(quoted(word))", hint: near ?? "lesson lists them")
  }

  /// A number without leading zeros; other words unchanged.
  private static func plain(_ word: String) -> String { Int(word).map { String($0) } ?? word }

  /// Parses a lesson to be taken or shown.
  ///
  /// - Throws: `Failure` with the first problem in it.
  static func open(_ file: String) throws -> Lesson {
    try open(file, text: LessonReader.text(of: file))
  }

  /// Parses the contents of a file, to be taken or shown.
  ///
  /// - Throws: `Failure` with the first problem in it.
  static func open(_ file: String, text: String) throws -> Lesson {
    let (lesson, problems) = LessonReader.read(text, file: file)
    if let first = problems.first { throw first.failure(in: file) }
    return lesson
  }
}
