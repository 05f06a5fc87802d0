import Foundation
import TestSupport
import Testing

/// `Examples/library-use`, a package that depends on this one and uses only the product `AlexNetKernels`.
@Suite(.enabled(if: LibraryUse.hasSwift, "swift isn't found"))
struct LibraryUseTests {
  /// It builds where pkg-config finds no library, runs, and links none. One test, since a build is slow.
  @Test func buildsAndRunsWithoutSystemLibraries() throws {
    let scratch = FileManager.default.temporaryDirectory.appending(
      path: "alexnet-library-use-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: scratch) }
    let nothing = scratch.appending(path: "nothing")
    try FileManager.default.createDirectory(at: nothing, withIntermediateDirectories: true)
    let environment = ProcessInfo.processInfo.environment.merging(
      ["PKG_CONFIG_LIBDIR": nothing.path, "PKG_CONFIG_PATH": ""]) { $1 }
    let build = [
      "swift", "build", "--package-path", Manifest.root.path + "/Examples/library-use",
      "--scratch-path", scratch.path,
    ]

    let built = try runTool(build, environment: environment)
    try #require(built.status == 0, "\(built.output)")
    #expect(!built.output.contains("warning:"), "\(built.output)")
    let folder = try runTool(build + ["--show-bin-path"], environment: environment)
    let program = folder.output.trimmingCharacters(in: .newlines) + "/library-use"

    let result = try runTool([program])
    #expect(result.status == 0)
    let lines = result.output.split(separator: "\n").map(String.init)
    for expected in [
      "conv1  1×8×32×32  parameters 608  MACs 614400", "pool1  1×8×15×15", "fc2  1×10",
      "softmax  1×10", "loss ", "largest gradient ", "alexnet  62378344 parameters",
    ] {
      #expect(lines.contains { $0.hasPrefix(expected) }, "\(expected) in \(result.output)")
    }

    // Only the libraries that come with Swift and the system.
    #if os(Linux)
      let libraries = try runTool(["ldd", program])
      try #require(libraries.status == 0, "\(libraries.output)")
      for library in libraries.output.split(separator: "\n") {
        let name = library.trimmingCharacters(in: .whitespaces).prefix { !" .-".contains($0) }
        #expect(LibraryUse.expected.contains(String(name)), "\(library)")
      }
    #endif
  }

  /// What `Documentation/Library.md` shows is code that the test above has compiled.
  @Test func documentationShowsTheExample() throws {
    let document = try Manifest.text("Documentation/Library.md")
    let example = try Manifest.text("Examples/library-use/Sources/library-use/main.swift")
    let blocks = document.components(separatedBy: "\n```swift\n").dropFirst()
      .compactMap { $0.components(separatedBy: "```").first }
    #expect(blocks.count > 3)
    for block in blocks { #expect(example.contains(block), "\(block)") }
  }
}

enum LibraryUse {
  static let hasSwift = (try? runTool(["swift", "--version"]).status) == 0

  /// The names, up to a dot or dash, of the libraries that a Swift program without any others links on
  /// Linux; the last one is the loader.
  static let expected: Set<String> = [
    "linux", "libswiftCore", "libswiftSwiftOnoneSupport", "libswift_Concurrency",
    "libswift_StringProcessing", "libswift_Builtin_float", "libswift_RegexParser", "libswiftGlibc",
    "libswiftDispatch",
    "libdispatch", "libBlocksRuntime", "libswiftSynchronization", "libstdc++", "libgcc_s", "libm",
    "libc", "/lib64/ld", "/lib/ld",
  ]
}
