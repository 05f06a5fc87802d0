import Foundation
import TestSupport
import Testing

/// Python tests that drive pages in headless Chromium.
enum BrowserScript {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// The Python that can drive a browser; nil if it or the browser isn't installed.
  static let python: String? = {
    let path = root.appending(path: ".build/python/bin/python").path(percentEncoded: false)
    let finds =
      "import selenium, shutil, sys; "
      + "sys.exit(not (shutil.which('chromedriver') and shutil.which('chromium')))"
    guard FileManager.default.isExecutableFile(atPath: path),
      (try? runTool([path, "-c", finds]))?.status == 0
    else {
      print("note: pages aren't tested in a browser: make python browser installs what that needs")
      return nil
    }
    return path
  }()

  /// Runs a script of tests, which is given the program and a folder to write in.
  static func expectSuccess(
    of script: String, _ arguments: [String] = [], sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let folder = try TemporaryFolder()
    let path = root.appending(path: "Tests/" + script).path(percentEncoded: false)
    let result = try runTool(
      [#require(python), path, BuiltProducts.path("alexnet"), folder.path] + arguments,
      environment: [
        "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": folder.path, "LANG": "C.UTF-8",
        "ALEXNET_PROGRESS": "", "PYTHONDONTWRITEBYTECODE": "1",
      ])
    #expect(
      result.status == 0, "\(result.output.suffix(8000))", sourceLocation: sourceLocation)
    #expect(
      result.output.contains(#/\nOK( \(skipped=\d+\))?\n/#), "\(result.output.suffix(2000))",
      sourceLocation: sourceLocation)
  }
}
