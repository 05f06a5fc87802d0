import Foundation
import Testing

/// Rules for every source file, so that a problem fixed in one place can't return in another.
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

  /// The lines that match a pattern, as `path: line`.
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

  /// The conversions of `Basics` replace Swift's in a module if any of its files imports it.
  @Test func modulesImportBasics() {
    // These convert nothing: a name for the C library, and the first call of the program.
    let without: Set = ["Basics", "CLibrary", "alexnet"]
    let modules = Dictionary(grouping: Self.files) { $0.path.split(separator: "/")[0] }
    for (module, files) in modules where !without.contains(String(module)) {
      #expect(files.contains { $0.text.contains(#/(?m)^ *import Basics$/#) }, "\(module)")
    }
  }

  /// An error type that doesn't describe itself would be reported as an internal failure.
  @Test func errorsDescribeThemselves() {
    let declared = #/(struct|enum|class) \w+: ([\w<>]+, )*Error\b/#
    // `ShapeError` describes itself in an extension, in a module above.
    #expect(
      Self.lines(declared).filter { !$0.hasPrefix("Layers/ShapeError.swift") } == [])
    #expect(Self.lines(#/extension \w+: ([\w<>]+, )*Error\b/#) == [])
  }

  /// The C library's module has a different name on each system.
  @Test func theCLibraryIsImportedInOnePlace() {
    #expect(
      Self.lines(#/^ *(@_exported )?import (Glibc|Musl|Darwin)\b/#).allSatisfy {
        $0.hasPrefix("CLibrary/")
      })
  }

  /// Swift's `String(repeating:count:)` crashes for a negative count.
  @Test func textsAreRepeatedSafely() {
    let repeated = #/String\(repeating: [^)]*, count: (?!\d+\))/#
    // Here the counts are checked nearby.
    #expect(Self.lines(repeated).filter { !$0.hasPrefix("Basics/Repetition.swift") } == [])
  }

  /// `Thread` and Dispatch don't report that a thread couldn't be started: one does nothing, the
  /// other retries forever.
  @Test func threadsAreStartedByWorkThread() {
    #expect(
      Self.lines(#/\b(Thread( \{|\()|DispatchQueue|DispatchSource)/#) { !$0.contains("WorkThread") }
        == [])
  }
}
