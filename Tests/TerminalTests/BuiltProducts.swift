import CPseudoTerminal
import Foundation

/// The programs that were built together with the tests.
enum BuiltProducts {
  /// The path of a program, which stands beside the tests or, on macOS, beside their bundle.
  static func path(_ name: String) throws -> String {
    var folder = try imagePath()
    while let slash = folder.lastIndex(of: "/") {
      folder = String(folder[..<slash])
      let candidate = folder + "/" + name
      if access(candidate, X_OK) == 0 { return candidate }
    }
    throw PseudoTerminal.Failure(description: "\(name) was not built beside \(try imagePath())")
  }

  /// The file that holds the tests' code: the program itself, or the bundle that a runner loads.
  private static func imagePath() throws -> String {
    guard let name = image_file(#dsohandle), let path = realpath(name, nil) else {
      throw PseudoTerminal.Failure(description: "the tests do not know where they are")
    }
    defer { free(path) }
    return String(cString: path)
  }
}
