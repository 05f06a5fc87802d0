import Basics
import Foundation
import Notebook
import Networks
import TestSupport
import Testing

@testable import Cells
@testable import Lessons
@testable import Notebook

/// README and the pages beside it show what the program does: transcripts, commands and tables.
@Suite(.serialized) struct ReadmeTests {
  /// A block of code: its lines without the fences.
  struct Block {
    var lines: [String]
    /// The line of README that the first of them is on.
    var line: Int
  }

  static let text = page("README.md")

  /// The pages whose commands must be valid.
  static let pages = [
    "README.md", "Documentation/networks.md", "Documentation/sessions.md",
    "Documentation/training.md",
  ]

  /// A page of the repository.
  static func page(_ name: String) -> String {
    let root = URL(fileURLWithPath: Snapshots.folder).appendingPathComponent("../..")
    return (try? String(contentsOf: root.appendingPathComponent(name), encoding: .utf8)) ?? ""
  }

  static let blocks = blocks(of: text)

  static func blocks(of text: String) -> [Block] {
    var blocks: [Block] = []
    var open: Block?
    for (index, line) in text.components(separatedBy: "\n").enumerated() {
      if line.hasPrefix("```") {
        if let block = open { blocks.append(block) }
        open = open == nil ? Block(lines: [], line: index + 2) : nil
      } else {
        open?.lines.append(line)
      }
    }
    return blocks
  }

  /// The code in the lines from the one that begins with this text to the end of its paragraph.
  static func code(from beginning: String) throws -> [String] {
    let range = try #require(text.range(of: "\n" + beginning))
    let paragraph = text[range.lowerBound...].dropFirst().prefix(upTo: "\n\n")
    return inlineCode(String(paragraph))
  }

  static func inlineCode(_ text: String) -> [String] {
    text.replacing("\n", with: " ").split(separator: "`", omittingEmptySubsequences: false)
      .enumerated().filter { $0.offset % 2 == 1 }.map { String($0.element) }
  }

  // MARK: Transcripts

  /// The notebook's transcript, cell by cell. `…` stands for any text; alone on a line, for any
  /// lines.
  @Test func theNotebook() throws {
    let block = try #require(Self.blocks.first { $0.lines.first == "$ make run" })
    let stage = try Stage()
    var expected = ExpectedOutput(lines: [], line: block.line + 1)
    var shown = stage.notebook.banner.plainText
    func compare() {
      while expected.lines.last == "" { expected.lines.removeLast() }
      let departure = expected.departure(of: Timeless.text(shown))
      #expect(
        departure == nil,
        "README.md, line \(departure?.line ?? 0): \(departure.map { "\($0)" } ?? "")")
    }
    for (index, line) in block.lines.enumerated().dropFirst() {
      guard let cell = line.wholeMatch(of: #/\[(\d+)\]> (.+)/#) else {
        expected.lines.append(Timeless.text(line))
        continue
      }
      compare()
      #expect(
        stage.notebook.prompt == "[\(cell.output.1)]> ", "README.md, line \(block.line + index)")
      shown = stage.run(String(cell.output.2)).components(separatedBy: "\n").dropFirst()
        .joined(separator: "\n")
      expected = ExpectedOutput(lines: [], line: block.line + index + 1)
    }
    compare()
  }

  /// The transcript of a training run, which would take too long to repeat: with a `#` for every
  /// number, its words are those of a very short run.
  @Test func aTraining() throws {
    let block = try #require(
      Self.blocks(of: Self.page("Documentation/training.md"))
        .first { $0.lines.first?.hasPrefix("$ alexnet train") == true })
    let stage = try Stage()
    try stage.writeTrainingFiles()
    let lines = stage.run("\(TrainingFiles.train) --epochs 4 --out DIR/run")
      .components(separatedBy: "\n").map(Self.masked)
    for (index, line) in block.lines.enumerated().dropFirst() where line != "…" {
      // The first line names this machine's data and engine.
      let wanted = Self.masked(line).components(separatedBy: " · ").first ?? ""
      let found = lines.contains { $0.hasPrefix(wanted) }
      #expect(
        found,
        "README.md, line \(block.line + index): \(wanted) in\n\(lines.joined(separator: "\n"))")
    }
  }

  static func masked(_ line: String) -> String {
    line.replacing(#/[0-9][0-9.,]*/#) { _ in "#" }.replacing(#/ +/#) { _ in " " }
      .replacing("# ms", with: "# s")
  }

  // MARK: Commands

  /// Lines for a shell. Those that train or take files are only parsed; the others are run.
  @Test(arguments: pages) func shellLines(_ page: String) throws {
    var count = 0
    for block in Self.blocks(of: Self.page(page)) {
      for (index, line) in block.lines.enumerated() {
        let command = String(line.prefix(upTo: "#")).trimmingSpaces()
        let place = "\(page), line \(block.line + index): \(command)"
        if command.hasPrefix("make ") {
          let target = try #require(command.split(separator: " ").dropFirst().first)
          #expect(Self.makefile.contains("\n\(target):"), "\(place)")
        } else if command.hasPrefix("alexnet ") || command.hasPrefix("$ alexnet ") {
          let words = try splitWords(command).map(\.text).drop { $0 == "$" }.dropFirst()
          count += 1
          guard case .command(let read) = try CommandTable.notebook.read(Array(words)) else {
            Issue.record("\(place)")
            continue
          }
          let cells = (read as? AlexNetCommand)?.cells
          for cell in cells ?? [] { try Self.read(cell, place) }
          guard block.lines.contains("alexnet summary --json") else { continue }
          let stage = try Stage(isInteractive: false)
          if let cells {
            for cell in cells { #expect(stage.result(cell).failure == nil, "\(place)") }
          } else {
            #expect(stage.notebook.session.commands.named(words.first ?? "") != nil, "\(place)")
            #expect(stage.result(words: Array(words)).failure == nil, "\(place)")
          }
        } else if let piped = command.wholeMatch(of: #/echo '(.+)' \| alexnet/#) {
          #expect(try Stage().result(String(piped.output.1)).failure == nil, "\(place)")
        }
      }
    }
    #expect(count > 8 || page != "README.md")
  }

  static let makefile = page("Makefile")

  /// Parses a cell, which must be a valid command or expression.
  static func read(_ cell: String, _ place: String) throws {
    guard CommandTable.notebook.command(beginning: cell) != nil else { return }
    guard case .command = try CommandTable.notebook.read(splitWords(cell).map(\.text)) else {
      Issue.record("\(place): \(cell)")
      return
    }
  }

  /// Commands in the text and in its tables can be parsed, if they have arguments and no `…`. `[N]`
  /// may be left out.
  @Test(arguments: pages) func commandsInTheText(_ page: String) throws {
    let prose = Self.page(page).components(separatedBy: "```").enumerated()
      .filter { $0.offset % 2 == 0 }.map(\.element).joined(separator: "\n\n")
    let commands = prose.components(separatedBy: "\n\n").flatMap(Self.inlineCode)
      .map { $0.replacing(" [N]", with: "") }
      .filter {
        $0.contains(" ") && !$0.contains("…") && CommandTable.notebook.command(beginning: $0) != nil
      }
    #expect(commands.count > (page == "README.md" ? 25 : 0))
    for command in commands {
      #expect(throws: Never.self, "\(page): \(command)") { try Self.read(command, page) }
    }
  }

  /// The cells suggested for the first minute work, in that order.
  @Test(.enabled(if: isOptimized, "takes long without optimization"))
  func theFirstMinute() throws {
    let stage = try Stage()
    let cells = try Self.code(from: "The first minute:")
    #expect(cells.count > 8 && cells[0] == "next")
    // The cells after that need an image or a data set, or open a lesson.
    for cell in cells where !cell.hasPrefix("image ") && cell != "lesson" {
      #expect(stage.result(cell).failure == nil, "\(cell)")
    }
  }

  @Test func expressions() throws {
    let stage = try Stage()
    _ = stage.run("next")
    for cell in try Self.code(from: "Anything else is an expression:").prefix(4) {
      #expect(stage.result(cell).failure == nil, "\(cell)")
    }
  }

  // MARK: Tables

  /// The numbers of the networks, exact or rounded: `12.4 M`.
  @Test func theNetworks() throws {
    var names: [String] = []
    let page = Self.page("Documentation/networks.md")
    for line in page.components(separatedBy: "\n") where line.hasPrefix("| `") {
      let cells = line.split(separator: "|").map { String($0).trimmingSpaces() }
      guard cells.count >= 3, cells[1].first?.isNumber == true else { continue }
      let codes = Self.inlineCode(cells[0])
      for (place, code) in codes.enumerated() {
        // `-18` continues the name before it.
        let name = code.hasPrefix("-") ? codes[0].prefix(upTo: "-", last: true) + code : code
        let summary = try Summary(#require(Zoo.network(named: String(name))))
        names.append(String(name))
        for (cell, value) in [(cells[1], summary.parameters), (cells[2], summary.multiplyAdds)] {
          let shown = cell.components(separatedBy: "; ")[place]
          let exact = NumberFormat.grouped(value)
          let rounded = NumberFormat.fixed(Double(value) / 1e6, 1) + " M"
          #expect(shown == exact || shown == rounded, "\(name): \(shown), not \(exact)")
        }
      }
    }
    #expect(names.sorted() == Zoo.networks.map(\.name).sorted())
  }
}

extension StringProtocol {
  /// The text before the first, or the last, occurrence of another one; all of it if there is none.
  func prefix(upTo end: String, last: Bool = false) -> SubSequence {
    let range = last ? ranges(of: end).last : firstRange(of: end)
    return self[..<(range?.lowerBound ?? endIndex)]
  }
}
