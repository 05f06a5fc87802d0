import ArgumentParser
import Foundation
import TestSupport
import Testing

@testable import Cells
@testable import Lessons
@testable import Notebook

/// No command replaces an existing file without `--overwrite`.
@Suite struct WritingTests {
  /// A command line that writes a file; there is a case for each way of writing one.
  struct Case: CustomTestStringConvertible, Sendable {
    /// The line; `FOLDER` is replaced by an existing folder.
    var line: String
    /// The file that the line writes in the folder.
    var file: String
    /// Lines to run first.
    var after: [String] = []
    var testDescription: String { line }
  }

  static let cases = [
    Case(line: "view image --png FOLDER/a.png --scale 1", file: "a.png"),
    Case(
      line: "explore conv1 --html FOLDER/a.html", file: "a.html",
      after: ["network cuda-convnet-26"]),
    Case(line: "plot trained --svg FOLDER/a.svg", file: "a.svg"),
    Case(
      line: "evaluate FOLDER/run --csv FOLDER/a.csv", file: "a.csv",
      after: [
        "train --network FOLDER/tiny.json --data FOLDER/images --batch 6 --set validation=0.2 "
          + "--epochs 1 --out FOLDER/run"
      ]),
    Case(line: "recipe paper --file FOLDER/a.json", file: "a.json"),
    Case(line: "network save FOLDER/a.json", file: "a.json"),
    Case(line: "save FOLDER/a.alexnet", file: "a.alexnet", after: ["let a = 1"]),
    Case(line: "save FOLDER/a.ipynb", file: "a.ipynb", after: ["let a = 1"]),
    Case(line: "export FOLDER/a.html", file: "a.html", after: ["let a = 1"]),
    Case(line: "export FOLDER/a.md", file: "a.md", after: ["let a = 1"]),
    Case(
      line: "save weights FOLDER/a.safetensors", file: "a.safetensors",
      after: ["network cuda-convnet-26"]),
    Case(
      line: "save FOLDER/a.safetensors", file: "a.safetensors", after: ["network cuda-convnet-26"]),
    Case(line: "lesson new FOLDER/a.md", file: "a.md"),
    Case(line: "lesson save FOLDER/a.md", file: "a.md", after: ["let a = 1"]),
    Case(
      line: "lesson site FOLDER FOLDER/new.md", file: "index.html",
      after: ["lesson new FOLDER/new.md"]),
    Case(line: "golden inputs FOLDER --cases relu", file: "relu/RELU.safetensors"),
    Case(line: "progress export FOLDER/a.json", file: "a.json"),
    Case(line: "experiment lrn --data shapes --out FOLDER", file: "results.md"),
  ]

  @Test(arguments: cases)
  func asksBeforeItReplaces(_ example: Case) throws {
    try inTemporaryFolder { folder in
      var session = Session(host: QuietHost())
      session.settings.progressPath = folder + "/progress.json"
      var store = ProgressStore(path: session.settings.progressPath)
      #expect(store.save(LessonRecord(step: "a-share", index: 3), of: "short") == nil)
      func run(_ line: String) -> CellResult {
        session.run(line.replacingOccurrences(of: "FOLDER", with: folder))
      }
      if example.line.hasPrefix("evaluate") {
        try tinyNetwork(dropout: false).write(
          toFile: folder + "/tiny.json", atomically: true, encoding: .utf8)
        try writeNoisyImages(to: folder + "/images", side: 6, perClass: 12, stream: "writing")
      }
      for line in example.after { #expect(run(line).failure == nil) }
      var file = "\(folder)/\(example.file)"
      if example.file.contains("RELU") {
        // `golden inputs` writes many files: one existing file is enough.
        #expect(run(example.line).failure == nil)
        let name = try #require(
          FileManager.default.subpaths(atPath: folder)?.first {
            $0.hasSuffix(".safetensors")
          })
        file = "\(folder)/\(name)"
      }
      let kept = Data("kept".utf8)
      try kept.write(to: URL(fileURLWithPath: file))
      let refused = try #require(run(example.line).failure)
      #expect(refused.kind == .file && refused.message.contains("already exists"))
      #expect(refused.hint?.contains("--overwrite") == true)
      #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == kept)
      // A study would take minutes, so only the refusal is tested.
      guard !example.line.hasPrefix("experiment") else { return }
      let result = run(example.line + " --overwrite")
      #expect(result.failure == nil, "\(result.failure?.message ?? "")")
      #expect(try Data(contentsOf: URL(fileURLWithPath: file)) != kept)
      // The output names the file or its folder.
      #expect(result.output.plainText.replacing("\n", with: "").contains(folder.suffix(20)))
    }
  }

  /// Every command that declares a file to write has a case above, and every option that names such a
  /// file has the type `OutputFile`, which can't be written to without a check.
  @Test func noCommandIsMissing() {
    let tested = Set(Self.cases.compactMap { $0.line.split(separator: " ").first.map(String.init) })
    for command in CommandTable.notebook.all {
      let parts = Mirror(reflecting: command.init()).children
      let writes = parts.contains { "\(Swift.type(of: $0.value))".contains("OutputFile") }
      let canReplace = command.init() is any WritesFiles
      #expect(!writes || canReplace, "\(command.word) has no --overwrite")
      #expect(canReplace == tested.contains(command.word), "\(command.word)")
    }
  }

  /// Every source file of the notebook that writes a file checks for an existing one first, or is
  /// listed here with the reason why it doesn't.
  @Test func noOtherWayToWrite() throws {
    let reasons = [
      "Lessons/Playing/ProgressStore.swift": "the learner's progress, merged with the old file",
      "Lessons/Playing/AttemptLog.swift": "appends",
      "Commands/Experiments/ExperimentFolder.swift": "checks its files when it is created",
      "Commands/Experiments/ExperimentCommand.swift": "a lesson's cache; that folder",
      "Commands/Training/TrainCommand.swift": "a run's folder, which must be free",
      "Commands/Training/LiveTraining.swift": "that folder",
      "Figures/Browser.swift": "a file in a new folder",
      "Notebook/Sessions/Autosaves.swift": "the running session, in a separate folder",
      "Notebook/Jupyter/KernelSpec.swift": "replaces no kernelspec but this program's own",
    ]
    let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Sources")
    let writers = [
      "AtomicFile.write", ".writePNG(", ".write(to: path", "NetworkFile.save(", "weights.save(",
      "O_CREAT", "RunFolder.create(", "createFile(",
    ]
    var found = 0
    for name in try #require(FileManager.default.subpaths(atPath: sources.path)) {
      let modules = ["Cells/", "Commands/", "Figures/", "Lessons/", "Notebook/", "Views/"]
      let isOfNotebook = modules.contains(
        where: name.hasPrefix)
      guard name.hasSuffix(".swift"), isOfNotebook, reasons[name] == nil else { continue }
      let text = try String(contentsOf: sources.appendingPathComponent(name), encoding: .utf8)
      guard writers.contains(where: text.contains) else { continue }
      found += 1
      #expect(text.contains("writing.claim"), "\(name) writes a file without asking")
    }
    #expect(found >= 5)
  }

  @Test func endings() throws {
    try inTemporaryFolder { folder in
      var session = Session(host: QuietHost())
      _ = session.run("network cuda-convnet-26")
      for line in ["save \(folder)/a.txt", "save \(folder)", "save weights \(folder)/a.pth"] {
        let failure = try #require(session.run(line).failure)
        #expect(failure.kind == .usage)
        #expect(failure.hint?.contains("save session.alexnet") == true)
        #expect(failure.hint?.contains("save weights mine.safetensors") == true)
      }
      func said(_ line: String) -> String {
        session.run(line).output.plainText.split(whereSeparator: \.isWhitespace)
          .joined(separator: " ")
      }
      let old = said("save \(folder)/a.safetensors")
      #expect(old.contains("note: type save weights \(folder)/a.safetensors"), "\(old)")
      let new = said("save weights \(folder)/b.safetensors")
      #expect(new.contains("145,578 parameters written to") && !new.contains("note"), "\(new)")
      #expect(session.run("load \(folder)/b.safetensors").failure == nil)
    }
  }
}
