import Foundation
import Testing

/// The list of mutants for `Scripts/mutants`: every text must be in its file, whatever is changed
/// in the engines.
@Suite("the list of mutants")
struct MutantListTests {
  private struct Mutant {
    var name: String
    var file: String
    var old = ""
    var new = ""
    var nth = 0
  }

  private static let root = URL(fileURLWithPath: goldenFolder).deletingLastPathComponent().path

  private static func list() throws -> [Mutant] {
    let text = try String(
      contentsOfFile: "\(root)/Scripts/Mutants/mutants.txt", encoding: .utf8)
    var mutants: [Mutant] = []
    var file = ""
    for line in text.split(separator: "\n").map(String.init) {
      if line.hasPrefix("file ") {
        file = String(line.dropFirst(5))
      } else if line.hasPrefix("= ") {
        mutants.append(Mutant(name: String(line.dropFirst(2)), file: file))
      } else if let match = line.wholeMatch(of: /-(\d*) (.*)/) {
        mutants[mutants.count - 1].nth = Int(match.1) ?? 0
        mutants[mutants.count - 1].old = String(match.2)
      } else if line.hasPrefix("+") {
        mutants[mutants.count - 1].new = String(line.dropFirst(2))
      } else if !line.hasPrefix("#") && !line.hasPrefix("! ") {
        Issue.record("can't be parsed: \(line)")
      }
    }
    return mutants
  }

  @Test("each text is found, once or as often as the list says")
  func texts() throws {
    var texts: [String: String] = [:]
    for mutant in try Self.list() {
      let text =
        try texts[mutant.file]
        ?? String(
          contentsOfFile: "\(Self.root)/\(mutant.file)", encoding: .utf8)
      texts[mutant.file] = text
      let count = text.ranges(of: mutant.old).count
      #expect(
        mutant.nth == 0 ? count == 1 : count >= mutant.nth,
        "\(mutant.name): \(mutant.old) is \(count) times in \(mutant.file)")
      #expect(mutant.old != mutant.new && !mutant.old.isEmpty, "\(mutant.name)")
    }
  }

  /// Every kernel has mutants, except those that compute nothing.
  @Test(
    "no kernel is left out",
    arguments: ["Sources/ReferenceEngine/Kernels", "Sources/CFastKernels"])
  func complete(folder: String) throws {
    let planted = Set(try Self.list().map(\.file))
    let without = ["Flatten.swift", "Finite.c", "Parallel.c", "Reading.c", "Scratch.c"]
    let files = try FileManager.default.contentsOfDirectory(atPath: "\(Self.root)/\(folder)")
    for file in files where file.hasSuffix(".swift") || file.hasSuffix(".c") {
      #expect(planted.contains("\(folder)/\(file)") || without.contains(file), "\(file)")
    }
  }

  @Test("there are enough, with different names")
  func counts() throws {
    let mutants = try Self.list()
    let fast = mutants.filter {
      $0.file.contains("/CFastKernels/") || $0.file.contains("/OneDNNEngine/")
    }
    #expect(fast.count >= 100 && mutants.count - fast.count >= 150)
    #expect(Set(mutants.map(\.name)).count == mutants.count)
  }
}
