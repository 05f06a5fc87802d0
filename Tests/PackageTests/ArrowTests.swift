import Foundation
import Testing

/// The table of modules in CONTRIBUTING.md is the map of the package: imports may only point down.
struct ArrowTests {
  /// A row of the map: a module, with the C modules that only it imports. The rows go from top to
  /// bottom.
  struct Row {
    var module: String
    var shims: [String]
  }

  static func map(_ text: String) -> [Row] {
    text.split(separator: "\n").compactMap { line in
      let cells = line.split(separator: "|", omittingEmptySubsequences: false)
      guard cells.count == 4 else { return nil }
      let names = cells[1...2].map { cell in cell.matches(of: #/`(\w+)`/#).map { String($0.1) } }
      guard let module = names[0].first else { return nil }
      return Row(module: module, shims: names[1].filter { $0.wholeMatch(of: #/C[A-Z]\w+/#) != nil })
    }
  }

  @Test func importsPointDown() throws {
    let text = try String(
      contentsOf: Manifest.root.appending(path: "CONTRIBUTING.md"), encoding: .utf8)
    let rows = Self.map(text)
    let order = Dictionary(uniqueKeysWithValues: rows.enumerated().map { ($1.module, $0) })
    let owners = Dictionary(
      uniqueKeysWithValues: rows.flatMap { row in row.shims.map { ($0, row.module) } })
    let folders = try FileManager.default.contentsOfDirectory(
      atPath: Manifest.root.appending(path: "Sources").path(percentEncoded: false))
    for name in folders where !name.hasPrefix(".") {
      #expect(order[name] != nil || owners[name] != nil, "the map does not list \(name)")
      guard let place = order[name] else { continue }
      let folder = Manifest.root.appending(path: "Sources/\(name)")
      let target = Manifest.Target(name: name, folder: folder, dependencies: [])
      for imported in try target.imports() {
        if let below = order[imported] {
          #expect(below > place, "\(name) imports \(imported), which is above it")
        } else if let owner = owners[imported] {
          #expect(owner == name, "\(name) imports \(imported), which belongs to \(owner)")
        }
      }
    }
    #expect(Set(order.keys).union(owners.keys).isSubset(of: folders))
  }

  @Test(arguments: ["Training", "Networks", "Explanations"])
  func namesNoEngine(_ name: String) throws {
    let target = Manifest.Target(
      name: name, folder: Manifest.root.appending(path: "Sources/\(name)"), dependencies: [])
    #expect(try target.imports().filter { $0.hasSuffix("Engine") }.isEmpty)
  }

  @Test func readsTheMap() {
    let rows = Self.map(
      "| Module | For |\n|---|---|\n| `A` | starts `B` |\n| `B` | a shim, `CEdit` |\n| x | `C` |")
    #expect(rows.map(\.module) == ["A", "B"] && rows.map(\.shims) == [[], ["CEdit"]])
  }
}
