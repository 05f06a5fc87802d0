import Datasets
import Documents
import Foundation
import TensorFiles
import TestSupport
import Testing

@testable import Cells
@testable import Notebook

/// Notebook files: written, read, refused, and opened again.
@Suite struct NotebookFileTests {
  static func session(_ lines: [String], seed: UInt64 = 1, isInteractive: Bool = true) -> Session {
    var settings = Settings()
    (settings.seed, settings.sessionsPath) = (seed, nil)
    var session = Session(host: QuietHost(isInteractive: isInteractive), settings: settings)
    for line in lines { _ = session.run(line) }
    return session
  }

  static func file(_ lines: [String], seed: UInt64 = 1) throws -> NotebookFile {
    let text = try NotebookFile(session(lines, seed: seed)).text
    return try NotebookFile(Array(text.utf8))
  }

  /// Cells about the session aren't in the file; the others are numbered from 1, and `out` follows.
  @Test func numbersCells() throws {
    let file = try Self.file(
      ["help", "let a = [1, 2]", "history", "a[1] + 40", "out[4] * 2 + out[ 4 ]", "none + 1"])
    #expect(
      file.cells.map(\.source)
        == ["let a = [1, 2]", "a[1] + 40", "out[2] * 2 + out[2]", "none + 1"])
    #expect(file.cells.map(\.number) == [1, 2, 3, 4])
    #expect(Set(file.cells.compactMap(\.identifier)).count == 4)
    #expect(file.cells[2].outputs.first?["data"]?["text/plain"]?.joinedText == "126")
    #expect(file.cells[2].outputs.first?["output_type"] == "execute_result")
    #expect(file.cells.map(\.mayFail) == [false, false, false, true])
    #expect(file.cells[3].outputs.last?["ename"] == "expression")
    #expect(file.metadata["kernelspec"]?["name"] == "alexnet")
    #expect(file.seed == 1)
  }

  /// The seed is a cell too, since Jupyter starts the kernel with seed 1.
  @Test func keepsTheSeed() throws {
    let file = try Self.file(["1 + 1"], seed: 7)
    #expect(file.cells.map(\.source) == ["seed 7", "1 + 1"] && file.seed == 7)
    #expect(file.cells[0].number == nil && file.cells[1].number == 2)
    // Opened and saved again, there is still one.
    var session = Self.session([])
    session.reopen(SessionRecord(file))
    #expect(session.settings.seed == 7)
    #expect(try NotebookFile(session).cells.map(\.source) == ["seed 7", "1 + 1"])
    #expect(try Self.file(["1"], seed: .max).seed == .max)
  }

  @Test(arguments: [
    ("", "it is empty"), ("{", "damaged"), ("[]", "no nbformat"), ("{}", "no nbformat"),
    (#"{"nbformat": 3, "cells": []}"#, "nbformat 3"),
    (#"{"nbformat": 5, "cells": []}"#, "nbformat 5"), (#"{"nbformat": 4}"#, "no list of cells"),
    (#"{"nbformat": 4, "metadata": [], "cells": []}"#, "metadata"),
    (#"{"nbformat": 4, "cells": [1]}"#, "cell 1: it is a whole number"),
    (#"{"nbformat": 4, "cells": [{}]}"#, "cell 1: it has no cell_type"),
    (#"{"nbformat": 4, "cells": [{"cell_type": "x", "source": ""}]}"#, "there is no cell_type"),
    (#"{"nbformat": 4, "cells": [{"cell_type": "code"}]}"#, "cell 1: its source"),
    (#"{"nbformat": 4, "cells": [{"cell_type": "code", "source": [1]}]}"#, "cell 1: its source"),
    (
      #"{"nbformat": 4, "cells": [{"cell_type": "raw", "source": ""}, {"cell_type": "code", "#
        + #""source": "", "outputs": [{}]}]}"#, "cell 2: output 1 has no output_type"
    ),
    (
      #"{"nbformat": 4, "cells": [], "metadata": {"kernelspec": {"name": "python3", "language": "#
        + #""python", "display_name": "Python 3"}}}"#, "not for alexnet"
    ),
  ])
  func refuses(_ text: String, _ says: String) throws {
    do {
      _ = try NotebookFile(Array(text.utf8))
      Issue.record("\(text) was read")
    } catch {
      let isThere = error.message.contains(says)
      #expect(isThere, "\(error.message)")
    }
  }

  /// A kernel under another name runs the same language, and older files have no identifiers.
  @Test func readsOthers() throws {
    let text = """
      {"nbformat": 4, "nbformat_minor": 2,
       "metadata": {"kernelspec": {"name": "mine", "language": "alexnet"}, "title": "kept"},
       "cells": [{"cell_type": "markdown", "source": ["# A\\n", "text"], "metadata": {}},
        {"cell_type": "code", "source": "1 + 1", "execution_count": 9, "metadata": {},
         "outputs": [{"output_type": "stream", "name": "stdout", "text": ["kept\\n"]}]}]}
      """
    var session = Self.session([])
    session.reopen(SessionRecord(try NotebookFile(Array(text.utf8))))
    #expect(session.cell == 2)
    let again = try NotebookFile(session)
    #expect(again.cells[0].whole?["source"]?.joinedText == "# A\ntext")
    #expect(again.cells[1].outputs.first?["text"]?.joinedText == "kept\n")
    #expect(again.metadata["title"] == "kept")
    #expect(again.metadata["kernelspec"]?["name"] == "mine")
  }

  @Test func refusesLargeFilesAndFolders() throws {
    try inTemporaryFolder { folder in
      let path = folder + "/large.ipynb"
      try Data().write(to: URL(fileURLWithPath: path))
      truncate(path, off_t(NotebookFile.largest) + 1)
      try FileManager.default.createDirectory(
        atPath: folder + "/a.ipynb", withIntermediateDirectories: true)
      try Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]).write(
        to: URL(fileURLWithPath: folder + "/png.ipynb"))
      for (name, says) in [("large", "too large"), ("a", "folder"), ("png", "PNG image")] {
        var session = Self.session([])
        for command in ["open", "run"] {
          let failure = session.run("\(command) \(folder)/\(name).ipynb").failure
          #expect(failure?.kind == .file && failure?.message.contains(says) == true, "\(name)")
        }
      }
    }
  }

  // MARK: - Limits

  @Test func shortensAndScales() throws {
    let rows = (0..<12_345).map { Text("line \($0)") }
    let shortened = FileLimits.fitting([.preformatted(rows), .line("end", indent: 0, hang: 0)])
    let text = Document(shortened).plainText
    #expect(text.split(separator: "\n").count == 10_001)
    #expect(text.hasSuffix("… 2,346 more lines of output are left out of this file"))
    #expect(FileLimits.fitting([.preformatted(Array(rows.prefix(10_000)))]).count == 1)
    // Noise can't be compressed.
    var state: UInt32 = 1
    let bytes = (0..<900 * 700 * 3).map { _ -> UInt8 in
      state = state &* 1_664_525 &+ 1_013_904_223
      return UInt8(state >> 24)
    }
    let image = CaptionedImage(Image(width: 900, height: 700, bytes: bytes), caption: "noise")
    let fitted = FileLimits.fitting([.image(image)])
    guard case .image(let small) = try #require(fitted.first) else {
      Issue.record("there is no image")
      return
    }
    #expect(try small.image.encodePNG().count <= FileLimits.mostBytes)
    #expect(small.image.width > 400)
    #expect(Document([fitted[1]]).plainText.contains("scaled down from 900×700 to"))
  }

  // MARK: - Checking

  @Test func checksOutputs() throws {
    var file = try Self.file(
      [
        "network cuda-convnet-26", "next", "view conv1[0...3]", "let a = 1", "nonsense + 1",
        "a + 1",
      ])
    func check() throws -> SessionCheck {
      try SessionCheck(file, Settings(), QuietHost())
    }
    var result = try check()
    #expect(result.differences.isEmpty && result.failure == nil && result.ran == 6)
    #expect(result.output(name: "a").exitCode == 0)
    // A time differs; it doesn't count.
    file.cells[3].outputs = []
    file.cells[5].source = "a + 2"
    result = try check()
    #expect(result.differences.map(\.cell) == [4, 6])
    #expect(result.differences.last?.expected == "2" && result.differences.last?.got == "3")
    #expect(result.output(name: "a").exitCode == 1)
    // A cell that fails, and didn't when the file was saved, ends the run.
    file.cells[3].source = "b"
    result = try check()
    #expect(result.failure?.cell == 4 && result.ran == 4)
  }

  /// The file names the engine that was chosen, and a check takes it; with another, it says so.
  @Test func checksOnTheSameEngine() throws {
    try inTemporaryFolder { folder in
      // An engine whose normalization across channels is wrong, as the outputs show.
      let planted = "planted-3"
      let network = folder + "/small.json"
      try Data(smallNetworkFile.utf8).write(to: URL(fileURLWithPath: network))
      let lines = ["network load \(network)", "set norm1.alpha 1", "next 3", "norm1.mean"]
      var options = GlobalOptions.none
      options.engine = planted
      var first = Self.session([])
      try first.begin(with: options)
      for line in lines { #expect(first.run(line).failure == nil) }
      let path = folder + "/a.ipynb"
      #expect(first.run("save \(path)").failure == nil)
      #expect(try NotebookFile(path: path).engine == planted)
      #expect(try Self.file(["1 + 1"]).engine == nil)
      func check(_ more: String) -> CellResult {
        var session = Self.session([])
        return session.run("run --check \(path)\(more)")
      }
      let same = check("")
      #expect(same.exitCode == 0 && !same.output.plainText.contains("note:"))
      let other = check(" --engine reference")
      #expect(other.exitCode == 1, "\(other.output.plainText)")
      #expect(
        other.output.plainText.replacing(#/\s+/#, with: " ").contains(
          "note: the file was saved with --engine planted-3, and this check ran with --engine "
            + "reference: the last digits can differ"))
    }
  }

  @Test(arguments: [
    ("a (0.12 s)", "a (3 ms)", true), ("a (0.1 s, onednn)", "a\n (3\nms,  onednn)", true),
    ("a (0.1 s, onednn)", "a (0.1 s, reference)", false),
    ("a  0.1 s\nb", "a     12 min\nb", true),
    ("a\n\nb ", "a\nb", true),
    ("1 s", "2 s", false), ("6,170 img/s", "12 img/s", true), ("a\nb", "a", false),
  ])
  func times(_ one: String, _ other: String, _ isSame: Bool) {
    func stream(_ text: String) -> [JSONValue] {
      [["output_type": "stream", "name": "stdout", "text": .string(text)]]
    }
    let found = SessionCheck.difference(from: stream(one), to: stream(other), cell: 1)
    #expect((found == nil) == isSame)
  }

  /// Images are compared pixel by pixel.
  @Test func images() throws {
    let lines = ["network cuda-convnet-26", "next", "view conv1[0...3]"]
    let file = try Self.file(lines)
    let other = try Self.file(["network cuda-convnet-26", "seed 2", "next", "view conv1[0...3]"])
    let png = file.cells[2].outputs.filter { $0["data"]?["image/png"] != nil }
    let changed = other.cells[3].outputs.filter { $0["data"]?["image/png"] != nil }
    #expect(png.count == 1 && changed.count == 1)
    let withOwnText = png.map { output -> JSONValue in
      guard case .object(var members) = output else { return output }
      members["data"] = [
        "image/png": changed[0]["data"]!["image/png"]!,
        "text/plain": output["data"]!["text/plain"]!,
      ]
      return .object(members)
    }
    let found = SessionCheck.difference(from: png, to: withOwnText, cell: 3)
    #expect(found?.place == "image 1" && found?.got.contains("other values") == true)
    #expect(SessionCheck.difference(from: png, to: png, cell: 3) == nil)
  }
}
