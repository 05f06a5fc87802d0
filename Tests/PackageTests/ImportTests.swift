import Foundation
import TestSupport
import Testing

/// Every import of a module of the package must be declared in Package.swift. An undeclared one compiles,
/// but an incremental build then doesn't recompile the importer when the imported module changes, so a
/// test may pass on code that is no longer there.
struct ImportTests {
  @Test func everyImportIsDeclared() throws {
    let targets = try Manifest.targets()
    #expect(targets.count > 20)
    let modules = Set(targets.map(\.name)).union(targets.flatMap(\.dependencies))
    for target in targets {
      let imports = try target.imports().intersection(modules).subtracting([target.name])
      let undeclared = imports.subtracting(target.dependencies).sorted()
      #expect(undeclared.isEmpty, "\(target.name) imports \(undeclared) without declaring them")
    }
  }

  @Test func importsAreFoundInEveryForm() {
    let source = """
      import A
        @testable import B
      public import C
      import struct D.Thing
      // import E
      let text = "import F"
      """
    #expect(Manifest.imports(in: source) == ["A", "B", "C", "D"])
  }
}

/// What Package.swift declares, as SwiftPM reads it.
enum Manifest {
  struct Target {
    var name: String
    var folder: URL
    var dependencies: Set<String>

    /// The modules that the target's Swift files import.
    func imports() throws -> Set<String> {
      let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
      var found: Set<String> = []
      for case let file as URL in try #require(files) where file.pathExtension == "swift" {
        found.formUnion(Manifest.imports(in: try String(contentsOf: file, encoding: .utf8)))
      }
      return found
    }
  }

  static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// The text of a file of the package.
  static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }

  static func imports(in source: String) -> Set<String> {
    let pattern =
      /^\s*(?:@\w+\s+)*(?:\w+\s+)?import\s+(?:(?:struct|class|enum|protocol|func|var|let|typealias)\s+)?(\w+)/
      .anchorsMatchLineEndings()
    return Set(
      source.split(separator: "\n").filter { !$0.contains("//") && !$0.contains("\"") }
        .compactMap { try? pattern.firstMatch(in: $0).map { String($0.1) } })
  }

  static func targets() throws -> [Target] {
    // A separate scratch folder: the one in use is locked while tests run.
    let scratch = FileManager.default.temporaryDirectory.appending(
      path: "alexnet-manifest-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: scratch) }
    let dump = try runTool(
      [
        "swift", "package", "--package-path", root.path(percentEncoded: false), "--scratch-path",
        scratch.path(percentEncoded: false), "dump-package",
      ], withErrors: false)
    try #require(dump.status == 0)
    let data = Data(dump.output.utf8)
    let json = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
    return try #require(json["targets"] as? [[String: Any]]).map { target in
      let name = try #require(target["name"] as? String)
      let parent = target["type"] as? String == "test" ? "Tests" : "Sources"
      // A dependency is a dictionary of one key, its kind, and an array that begins with the name.
      let dependencies = target["dependencies"] as? [[String: [Any?]]] ?? []
      return Target(
        name: name,
        folder: root.appending(path: target["path"] as? String ?? "\(parent)/\(name)"),
        dependencies: Set(dependencies.compactMap { $0.values.first?.first as? String }))
    }
  }
}
