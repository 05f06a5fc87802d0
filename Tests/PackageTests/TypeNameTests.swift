import Foundation
import Testing

/// Each type name is declared only once in the package, so that a name is clear without its module.
struct TypeNameTests {
  /// The files that declare each top-level type, by its name.
  static let declarations: [String: [String]] = {
    let sources = Manifest.root.appending(path: "Sources")
    let names = FileManager.default.enumerator(atPath: sources.path)?.allObjects ?? []
    var found: [String: [String]] = [:]
    for case let name as String in names where name.hasSuffix(".swift") {
      let text = try? String(contentsOf: sources.appending(path: name), encoding: .utf8)
      for type in types(in: text ?? "") { found[type, default: []].append(name) }
    }
    return found
  }()

  /// The names of the types declared at the start of a line, after attributes and access levels.
  static func types(in source: String) -> [String] {
    let declaration =
      #/^(?:@\w+(?:\([^)]*\))? )*(?:(?:public|package|internal|fileprivate|private|final|indirect) )*(?:struct|class|enum|protocol|actor|typealias) (\w+)/#
      .anchorsMatchLineEndings()
    return source.matches(of: declaration).map { String($0.1) }
  }

  @Test func eachNameExistsOnce() {
    #expect(Self.declarations.count > 400)
    for (name, files) in Self.declarations where files.count > 1 {
      Issue.record("\(name) is declared in \(files.sorted().joined(separator: ", "))")
    }
  }

  @Test func declarationsAreFoundInEveryForm() {
    let source = """
      public indirect enum A: Error {
        struct Nested {}
      @MainActor final class B {
      private typealias C = Int
      // struct D {}
      package struct E<T> {}
      """
    #expect(Self.types(in: source) == ["A", "B", "C", "E"])
  }
}
