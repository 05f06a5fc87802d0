import Foundation
import Testing

/// Rules that hold in every source file, so that what was mended in one place cannot come back in
/// another.
@Suite struct SourceRuleTests {
  /// Every Swift file of the package's modules, by its path below `Sources`.
  static let files: [(path: String, text: String)] = {
    let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Sources")
    let names = FileManager.default.enumerator(atPath: sources.path)?.allObjects ?? []
    return names.compactMap { $0 as? String }.filter { $0.hasSuffix(".swift") }.sorted().map {
      ($0, (try? String(contentsOf: sources.appending(path: $0), encoding: .utf8)) ?? "")
    }
  }()

  /// The lines that a pattern matches, as `path: line`.
  static func lines(
    _ pattern: Regex<some Any>, where counts: (String) -> Bool = { _ in true }
  ) -> [String] {
    files.flatMap { file in
      file.text.split(separator: "\n").filter { $0.contains(pattern) }
        .map { String($0.drop { $0 == " " }) }.filter { !$0.hasPrefix("//") && counts($0) }
        .map { "\(file.path): \($0)" }
    }
  }

  @Test func thereAreSources() { #expect(Self.files.count > 300) }

  /// Conversions of `Basics` replace Swift's in a module if one of its files imports it.
  @Test func modulesImportBasics() {
    // These convert nothing: a name for the C library, a digest, and the first call of the program.
    let without: Set = ["Basics", "CLibrary", "Digests", "alexnet"]
    let modules = Dictionary(grouping: Self.files) { $0.path.split(separator: "/")[0] }
    for (module, files) in modules where !without.contains(String(module)) {
      #expect(files.contains { $0.text.contains(/(?m)^ *import Basics$/) }, "\(module)")
    }
  }

  /// An error type that doesn't describe itself would be reported as an internal failure.
  @Test func errorsDescribeThemselves() {
    let declared = /(struct|enum|class) \w+: ([\w<>]+, )*Error\b/
    // It describes itself where its words are, a module above.
    #expect(
      Self.lines(declared).filter { !$0.hasPrefix("Layers/ShapeError.swift") } == [])
    #expect(Self.lines(/extension \w+: ([\w<>]+, )*Error\b/) == [])
  }

  /// Its names differ from system to system.
  @Test func theCLibraryIsImportedInOnePlace() {
    #expect(
      Self.lines(/^ *(@_exported )?import (Glibc|Musl|Darwin)\b/).allSatisfy {
        $0.hasPrefix("CLibrary/")
      })
  }

  /// A negative count ends the program.
  @Test func textsAreRepeatedSafely() {
    let repeated = /String\(repeating: [^)]*, count: (?!\d+\))/
    // Counts that are checked where they stand.
    let checked = [
      "Basics/Repetition.swift", "Goldens/CaseDigest.swift", "Training/CheckpointSeal.swift",
    ]
    #expect(
      Self.lines(repeated).filter { line in !checked.contains { line.hasPrefix($0) } } == [])
  }

  /// Neither says that a thread could not be started: the one does nothing, the other tries for ever.
  @Test func threadsAreOurOwn() {
    #expect(
      Self.lines(/\b(Thread( \{|\()|DispatchQueue|DispatchSource)/) { !$0.contains("WorkThread") }
        == [])
  }
}
