import Foundation
import Testing

@testable import Cells
@testable import Notebook

/// Completion of a command's arguments follows from the command's declaration.
@Suite struct ArgumentCompletionTests {
  static var session: Session { Session(host: QuietHost()) }

  static func candidates(_ line: String) -> [String] {
    session.completions(line, cursor: line.unicodeScalars.count, isFirstLine: true)
      .candidates.map(\.text)
  }

  /// Every argument that is a path, in any subcommand: the line before it, whether it takes a folder, and the
  /// file name extensions that it takes.
  static let paths: [(line: String, isFolder: Bool, extensions: [String])] = CommandTable.notebook
    .all.flatMap {
      command in
      let declaration = Declaration(of: command)
      return declaration.all.enumerated().filter(\.element.takesPath).map { place, argument in
        let before = declaration.positional.prefix { $0.abstract != argument.abstract }
        let words = argument.names.isEmpty ? before.map { _ in "word" } : [argument.names[0]]
        let line = ([command.word] + words).joined(separator: " ") + " "
        return (line, argument.isFolder, argument.extensions)
      }
    }

  @Test func pathsAreCompletedWhereverOneIsDeclared() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(
      at: folder.appendingPathComponent("some-folder"), withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data().write(to: folder.appendingPathComponent("some-file"))
    #expect(Self.paths.count > 20)
    for (line, isFolder, extensions) in Self.paths {
      for ending in extensions {
        try Data().write(to: folder.appendingPathComponent("some-file.\(ending)"))
      }
      let found = Self.candidates(line + folder.path + "/so")
      let files = extensions.isEmpty ? ["some-file"] : extensions.sorted().map { "some-file.\($0)" }
      let expected = (isFolder ? [] : files) + ["some-folder/"]
      #expect(found == expected.map { folder.path + "/" + $0 }, "\(line)")
      for ending in extensions {
        try FileManager.default.removeItem(at: folder.appendingPathComponent("some-file.\(ending)"))
      }
    }
  }

  @Test(arguments: [
    ("load ", "trained"), ("load tr", "trained"), ("evaluate ", "trained"), ("plot ", "trained"),
    ("predict ", "trained"), ("predict trained ", "card"), ("load trained ", "cuda-convnet-18"),
    ("evaluate trained ", "cuda-convnet-18"), ("image ", "shapes:test/"),
    ("data ", "fetch"), ("data fetch ", "cifar10"), ("golden ", "verify"),
    ("summary --network ", "caffenet"), ("next --engine ", "reference"),
    ("summary --style ", "keras"), ("train --recipe ", "80-seconds"), ("why ", "image["),
    ("goto ", "fc6"), ("remove ", "norm1"), ("diff ", "caffenet"), ("diff caffenet ", "alexnet"),
    ("network ", "save"), ("insert ", "input"), ("insert conv1 ", "relu"), ("compare ", "onednn"),
    ("compare onednn ", "reference"), ("progress ", "reset"), ("data info ", "shapes"),
    ("set rounding ", "ceil"), ("set activation ", "tanh"),
    ("evaluate trained --part ", "validation"), ("next --color ", "never"), ("view ", "image"),
  ])
  func offers(_ line: String, _ word: String) {
    #expect(Self.candidates(line).contains(word), "\(Self.candidates(line))")
  }

  @Test func optionsComeFromTheDeclaration() {
    #expect(Self.candidates("view conv1 --p") == ["--part", "--plain", "--png"])
    #expect(Self.candidates("view conv1 --sc") == ["--scale"])
    // An option's own values aren't mixed with the command's candidates.
    #expect(!Self.candidates("summary --style ").contains("caffenet"))
  }
}
