import Foundation
import TestSupport
import Testing

/// `make install` and `make uninstall`, with the program built with the tests.
@Suite(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/make"), "needs make"))
struct ProgramInstallTests {
  /// Files of other programs in the folders that `make install` writes to.
  static let others = [
    "bin/other", "share/alexnet/mine.txt", "share/bash-completion/completions/other",
    "share/fish/vendor_completions.d/other.fish", "share/jupyter/kernels/other/kernel.json",
    "share/zsh/site-functions/_other",
  ]

  @Test func installsAndUninstalls() throws {
    let folder = try TemporaryFolder()
    let prefix = folder.path + "/a prefix"
    // A lesson that only an older version had.
    for path in Self.others + ["share/alexnet/Lessons/99-old.md"] {
      try Self.write("", to: prefix + "/" + path)
    }
    try Self.make("install", prefix)

    let installed = try Self.files(in: prefix)
    for path in [
      "bin/alexnet", "share/alexnet/README.md", "share/alexnet/LICENSE", "share/alexnet/NOTICE",
      "share/alexnet/Trained/cuda-convnet-18.safetensors",
      "share/bash-completion/completions/alexnet", "share/zsh/site-functions/_alexnet",
      "share/fish/vendor_completions.d/alexnet.fish", "share/jupyter/kernels/alexnet/kernel.json",
    ] {
      #expect(installed.contains(path))
    }
    #expect(!installed.contains("share/alexnet/Lessons/99-old.md"))
    #expect(installed.contains("share/alexnet/Trained/cuda-convnet-18.md"))
    #expect(installed.filter { $0.hasPrefix("share/alexnet/Golden/") }.count > 500)
    // The installed program finds its lessons from any folder.
    let lessons = try Self.run("\(prefix)/bin/alexnet", ["lesson"], in: "/")
    #expect(lessons.status == 0 && lessons.output.contains("16  Find the bug"), "\(lessons)")

    let list = try Self.run("\(prefix)/bin/alexnet", ["load", "trained", "--list"], in: "/")
    #expect(list.status == 0 && list.output.contains("89,578"), "\(list)")
    let named = try Self.run(
      "\(prefix)/bin/alexnet", ["load", "trained", "cuda-convnet-18"], in: "/")
    #expect(named.status == 0 && named.output.contains("on CIFAR-10"), "\(named)")

    try Self.make("uninstall", prefix)
    #expect(try Self.files(in: prefix) == Self.others.sorted())
  }

  struct Completion: Sendable {
    var words: [String]
    var expected: String
  }

  @Test(
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/bin/bash"), "needs bash"),
    arguments: [
      Completion(words: ["alexnet", "sum"], expected: "summary"),
      Completion(words: ["alexnet", "--network", "caf"], expected: "caffenet"),
      Completion(words: ["alexnet", "summary", "--st"], expected: "--style"),
      Completion(words: ["alexnet", "summary", "--style", "k"], expected: "keras"),
      Completion(words: ["alexnet", "golden", "v"], expected: "verify"),
    ])
  func bashCompletes(_ completion: Completion) throws {
    let folder = try TemporaryFolder()
    let script = try alexnet(["--generate-completion-script", "bash"])
    try #require(script.status == 0)
    try folder.write(script.bytes, to: "alexnet.bash")
    // What bash does when Tab is pressed after the words.
    let tab = """
      source "$0"
      COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE="$*"
      COMP_POINT=${#COMP_LINE}
      _alexnet alexnet "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
      echo "${COMPREPLY[@]}"
      """
    let result = try Self.run(
      "/bin/bash", ["-c", tab, folder.path + "/alexnet.bash"] + completion.words, in: "/")
    #expect(result.output == completion.expected + "\n", "\(result)")
  }

  @Test(arguments: ["zsh", "fish"]) func writesOtherShells(_ shell: String) throws {
    let script = try alexnet(["--generate-completion-script", shell])
    #expect(script.status == 0 && script.output.contains("summary"), "\(script)")
    #expect(shell != "zsh" || script.output.hasPrefix("#compdef alexnet\n"))
  }

  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path(percentEncoded: false)

  private static func make(_ target: String, _ prefix: String) throws {
    // The packages are installed, since the tests were built; a build would wait for the running
    // tests.
    let result = try run(
      "make",
      [
        "-o", "setup", target, "PREFIX=\(prefix)", "BUILD=:",
        "PROGRAM=\(BuiltProducts.path("alexnet"))",
      ], in: root)
    try #require(result.status == 0, "\(result)")
  }

  /// Runs a program as somebody would who has nothing but the system.
  private static func run(
    _ program: String, _ arguments: [String], in folder: String
  ) throws -> (status: Int32, output: String) {
    try runTool(
      [program] + arguments,
      environment: [
        "HOME": "/nonexistent", "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "ALEXNET_PROGRESS": "",
      ], in: folder)
  }

  private static func write(_ text: String, to path: String) throws {
    let url = URL(filePath: path)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }

  /// The paths of all files below a folder, in order.
  private static func files(in folder: String) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: folder).filter {
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(atPath: folder + "/" + $0, isDirectory: &isFolder)
        && !isFolder.boolValue
    }.sorted()
  }
}
