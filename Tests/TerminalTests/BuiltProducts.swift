import CPseudoTerminal
import Foundation

/// The programs built together with the tests.
enum BuiltProducts {
  /// The path of a program, which is next to the tests or, on macOS, next to their bundle.
  static func path(_ name: String) throws -> String {
    var folder = try imagePath()
    while let slash = folder.lastIndex(of: "/") {
      folder = String(folder[..<slash])
      let candidate = folder + "/" + name
      if access(candidate, X_OK) == 0 { return candidate }
    }
    throw PseudoTerminal.Failure(description: "\(name) was not built next to \(try imagePath())")
  }

  /// The file with the tests' code: the program itself, or the bundle loaded by a test runner.
  private static func imagePath() throws -> String {
    guard let name = image_file(#dsohandle), let path = realpath(name, nil) else {
      throw PseudoTerminal.Failure(description: "the path of the tests is unknown")
    }
    defer { free(path) }
    return String(cString: path)
  }
}
