import Basics
import CLibrary

/// Finds the lessons, golden cases and trained weights that come with the program.
package enum Resources {
  /// The folder: `$ALEXNET_HOME`, else `../share/alexnet` relative to the program, else the checkout that
  /// the program was built in; nil if none of them holds golden cases.
  package static let folder: String? = candidates.first { exists("\($0)/Golden") }

  /// The path of a resource.
  package static func path(_ name: String) -> String? { folder.map { "\($0)/\(name)" } }

  private static var candidates: [String] {
    var folders: [String] = []
    if let home = getenv("ALEXNET_HOME").map({ String(cString: $0) }), !home.isEmpty {
      folders.append(home)
    }
    guard let program = executablePath else { return folders }
    var folder = parent(program)
    folders.append("\(parent(folder))/share/alexnet")
    // In a checkout the program is a few folders further down, in .build.
    while folder.count > 1 {
      if exists("\(folder)/Package.swift") { folders.append(folder) }
      folder = parent(folder)
    }
    return folders
  }

  private static func parent(_ path: String) -> String {
    guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return "/" }
    return String(path[..<slash])
  }

  private static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// The program's own path, with links resolved.
  package static var executablePath: String? {
    #if canImport(Darwin)
      var size: UInt32 = 0
      _NSGetExecutablePath(nil, &size)
      var buffer = [CChar](repeating: 0, count: Int(size))
      guard _NSGetExecutablePath(&buffer, &size) == 0 else { return nil }
      let path = String(
        decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    #else
      let path = "/proc/self/exe"
    #endif
    return resolvedPath(path)
  }
}
