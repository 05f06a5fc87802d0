import Datasets
import Foundation
import TensorFiles
import TestSupport
import Testing

/// The program as a Jupyter kernel, with Jupyter's own client, and the kernelspec that it installs.
///
/// `make test` installs the client into `.build/python`. Serialized, since each of these starts programs that
/// compute, and interrupts are about time.
@Suite(.serialized) struct ProgramJupyterTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// The Python that has Jupyter's client and kernel tests; nil if it isn't installed.
  static let python: String? = {
    let path = root.appending(path: ".build/python/bin/python").path(percentEncoded: false)
    let tests = ["-c", "import jupyter_kernel_test"]
    guard FileManager.default.isExecutableFile(atPath: path),
      (try? run(path, tests, [:]))?.status == 0
    else {
      print(
        "note: jupyter_kernel_test is missing, so the Jupyter kernel is tested less: make python")
      return nil
    }
    return path
  }()

  /// The whole of `jupyter_kernel_test`: none of its tests is skipped.
  @Test(.enabled(if: python != nil)) func passesJupytersTests() throws {
    let folder = try TemporaryFolder()
    let images = try Self.imageFolder(in: folder)
    let result = try Self.runTests("standard_tests.py", [images], in: folder)
    #expect(result.status == 0, "\(result.output)")
    #expect(
      result.output.contains("OK\n") && !result.output.contains("skipped"), "\(result.output)")
  }

  /// Queues, interrupts, questions, updates, bad messages and the end.
  @Test(.enabled(if: python != nil)) func passesItsOwnTests() throws {
    let folder = try TemporaryFolder()
    let result = try Self.runTests("own_tests.py", [], in: folder)
    print(result.output)
    #expect(result.status == 0, "\(result.output)")
  }

  /// Whether there is Jupyter's console, and what types into it; `make python` installs them.
  static let hasConsole =
    python.map { (try? run($0, ["-c", "import jupyter_console, pexpect"], [:]))?.status == 0 }
    == true

  /// `jupyter console`: cells of several lines, completion, help, questions, quit.
  @Test(.enabled(if: hasConsole, "needs jupyter_console and pexpect: make python"))
  func worksInTheConsole() throws {
    let folder = try TemporaryFolder()
    let result = try Self.runTests("console_tests.py", [], in: folder)
    #expect(result.status == 0, "\(result.output)")
  }

  /// Whether there are a browser and JupyterLab; `make browser` and `make python` install
  /// them.
  static let hasLab =
    FileManager.default.isExecutableFile(atPath: "/usr/bin/chromedriver")
    && python.map {
      (try? run($0, ["-c", "import jupyterlab, selenium, jupytext"], [:]))?.status == 0
    }
      == true

  /// JupyterLab in a headless Chromium: a lesson, images and curves, completion, help, interrupt, restart.
  @Test(.enabled(if: hasLab, "needs a browser: make browser python"))
  func worksInJupyterLab() throws {
    let folder = try TemporaryFolder()
    let lesson = Self.root.appending(path: "Lessons/01-a-picture-as-a-tensor.md")
      .path(percentEncoded: false)
    let result = try Self.runTests("lab_tests.py", [lesson, folder.path], in: folder)
    #expect(result.status == 0, "\(result.output)")
  }

  /// The example sessions show today what they showed when they were saved, at the prompt and after Jupyter ran
  /// them.
  @Test func sessionsGiveTheSameAgain() throws {
    let folder = try TemporaryFolder()
    let sessions = Self.root.appending(path: "Examples/sessions").path(percentEncoded: false)
    let names = try FileManager.default.contentsOfDirectory(atPath: sessions).sorted()
      .filter { $0.hasSuffix(".ipynb") }
    #expect(!names.isEmpty)
    for name in names {
      let result = try alexnet(["run", "--check", "\(sessions)/\(name)"])
      #expect(result.status == 0, "\(name): \(result)")
    }
    guard Self.hasLab else { return }
    let ran = try Self.runTests("session_tests.py", [sessions, folder.path], in: folder)
    #expect(ran.status == 0, "\(ran.output)")
    for name in names {
      let result = try alexnet(["run", "--check", "\(folder.path)/\(name)"])
      #expect(result.status == 0, "\(name): \(result)")
    }
  }

  /// Jupyter runs every lesson from top to bottom without a learner.
  @Test(.enabled(if: hasLab, "needs nbconvert: make browser python"))
  func lessonsRunAlone() throws {
    let folder = try TemporaryFolder()
    let lessons = Self.root.appending(path: "Lessons").path(percentEncoded: false)
    let result = try Self.runTests("lesson_tests.py", [lessons, folder.path], in: folder)
    print(result.output)
    #expect(result.status == 0, "\(result.output)")
    // At the prompt the program shows what the kernel did. The learner's numbers are the same.
    let name = "06-overlapping-pooling.ipynb"
    let check = try alexnet(
      ["run", "--check", "\(folder.path)/\(name)"],
      environment: ["ALEXNET_PROGRESS": folder.path + "/progress.json"])
    #expect(check.status == 0, "\(check)")
  }

  // MARK: - The kernelspec

  @Test func installsListsAndRemoves() throws {
    let folder = try TemporaryFolder()
    let prefix = folder.path + "/a prefix"
    let data = prefix + "/share/jupyter"
    let environment = ["JUPYTER_PATH": data, "JUPYTER_DATA_DIR": folder.path + "/user"]
    func jupyter(_ words: String...) throws -> ProgramResult {
      try alexnet(["jupyter"] + words, environment: environment)
    }
    #expect(try jupyter("list").output.contains("jupyter install"))
    #expect(try jupyter("install", "--prefix", prefix).status == 0)
    let file = data + "/kernels/alexnet/kernel.json"
    let json = try JSONParser.parse(Array(Data(contentsOf: URL(filePath: file))))
    let program = try BuiltProducts.path("alexnet")
    #expect(json.text.contains(JSONValue.string(program).text + #", "jupyter", "run""#))
    #expect(json.text.contains(#""interrupt_mode": "message""#), "\(json.text)")
    // Again, under another name, and for the user.
    #expect(try jupyter("install", "--prefix", prefix).status == 0)
    #expect(try jupyter("install", "--name", "mine", "--program", "/nowhere/alexnet").status == 0)
    let list = try jupyter("list").output
    #expect(
      list.contains("alexnet") && list.contains("mine") && list.contains("missing"), "\(list)")
    #expect(try jupyter("remove", "--name", "mine").status == 0)
    #expect(try jupyter("remove", "--prefix", prefix).status == 0)
    #expect(!FileManager.default.fileExists(atPath: data + "/kernels/alexnet"))
    let again = try jupyter("remove", "--prefix", prefix)
    #expect(again.status == 1 && again.errors.contains("jupyter list"), "\(again)")
  }

  /// Another program's kernelspec is neither replaced nor removed.
  @Test func leavesOthersAlone() throws {
    let folder = try TemporaryFolder()
    let kernel = folder.path + "/share/jupyter/kernels/python3"
    try FileManager.default.createDirectory(atPath: kernel, withIntermediateDirectories: true)
    let json = #"{"argv": ["python", "-m", "ipykernel_launcher"]}"#
    try Data(json.utf8).write(to: URL(filePath: kernel + "/kernel.json"))
    for action in ["install", "remove"] {
      let result = try alexnet(["jupyter", action, "--prefix", folder.path, "--name", "python3"])
      #expect(result.status == 1 && result.errors.contains("another kernel"), "\(result)")
    }
    #expect(try String(contentsOfFile: kernel + "/kernel.json", encoding: .utf8) == json)
  }

  /// The kernel starts, answers a signed question, and ends.
  @Test func checksItself() throws {
    let result = try alexnet(["jupyter", "run", "--check"])
    #expect(result.status == 0 && result.output.contains("the kernel answers after"), "\(result)")
  }

  @Test(arguments: [
    (["run"], "--connection-file", 2),
    (["run", "--connection-file", "/nowhere/c.json"], "/nowhere", 1),
    (["run", "--check", "--network", "nonsense"], "nonsense", 2),
    (["doctor", "--name", "no-such-kernel"], "no kernel called no-such-kernel", 1),
    (["list", "--check"], "--check", 2),
  ])
  func refuses(_ words: [String], _ says: String, _ status: Int) throws {
    let result = try alexnet(["jupyter"] + words)
    #expect(result.status == Int32(status), "\(result)")
    #expect((result.output + result.errors).contains(says), "\(result)")
  }

  // MARK: - Support

  /// Runs a file of Python tests against an installed kernel.
  private static func runTests(
    _ name: String, _ arguments: [String], in folder: TemporaryFolder
  ) throws -> (status: Int32, output: String) {
    let installed = try alexnet(["jupyter", "install", "--prefix", folder.path])
    try #require(installed.status == 0, "\(installed)")
    let script = root.appending(path: "Tests/JupyterTests/Fixtures/\(name)").path(
      percentEncoded: false)
    return try run(
      #require(python), [script] + arguments,
      [
        "HOME": folder.path, "JUPYTER_PATH": folder.path + "/share/jupyter",
        "JUPYTER_DATA_DIR": folder.path + "/data", "JUPYTER_RUNTIME_DIR": folder.path + "/runtime",
        "JUPYTER_CONFIG_DIR": folder.path + "/config", "IPYTHONDIR": folder.path + "/ipython",
        "ALEXNET_PROGRESS": folder.path + "/progress.json", "PYTHONUNBUFFERED": "1",
      ])
  }

  /// Images of two classes in `train` and `test`, and a folder that is neither.
  private static func imageFolder(in folder: TemporaryFolder) throws -> String {
    let root = folder.path + "/images"
    for (number, part) in ["train/a", "train/b", "test/a", "test/b", "rest/a"].enumerated() {
      let path = root + "/" + part
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      let image = Image(width: 32, height: 32, filledWith: RGB(gray: UInt8(40 * number)))
      for name in 0..<3 { try image.writePNG(path: "\(path)/\(name).png") }
    }
    return root
  }

  private static func run(
    _ program: String, _ arguments: [String], _ environment: [String: String]
  ) throws -> (status: Int32, output: String) {
    try runTool(
      [program] + arguments,
      environment: ["PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"].merging(environment) { $1 })
  }
}
