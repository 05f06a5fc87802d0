import Cells
import Foundation

/// The folders in which Jupyter looks for kernelspecs.
enum JupyterFolders {
  /// Where to install.
  enum Place {
    /// For one user.
    case user
    /// Below a folder.
    case prefix(String)
    /// In the active Python environment.
    case environment

    /// The data folder there.
    ///
    /// - Throws: `Failure` if it isn't known.
    func folder() throws(Failure) -> String {
      switch self {
      case .user:
        guard let folder = JupyterFolders.user else {
          throw Failure(
            .file, "your home folder isn't known", hint: "--prefix DIR names a folder")
        }
        return folder
      case .prefix(let prefix):
        let path = NSString(string: prefix).expandingTildeInPath
        let root = path.hasPrefix("/") ? "" : FileManager.default.currentDirectoryPath + "/"
        return "\(root)\(path)/share/jupyter"
      case .environment:
        guard let prefix = JupyterFolders.pythonPrefix else {
          throw Failure(
            .file, "there is no Python environment here", hint: "--user installs without one")
        }
        return "\(prefix)/share/jupyter"
      }
    }
  }

  /// The user's data folder, as Jupyter determines it.
  static var user: String? {
    let environment = ProcessInfo.processInfo.environment
    if let folder = environment["JUPYTER_DATA_DIR"], !folder.isEmpty { return folder }
    let home = environment["HOME"].flatMap { $0.isEmpty ? nil : $0 }
    #if os(macOS)
      return home.map { "\($0)/Library/Jupyter" }
    #else
      if let folder = environment["XDG_DATA_HOME"], !folder.isEmpty { return "\(folder)/jupyter" }
      return home.map { "\($0)/.local/share/jupyter" }
    #endif
  }

  /// The folder of the active Python environment; without one, of the Python that the shell would start.
  static var pythonPrefix: String? {
    let environment = ProcessInfo.processInfo.environment
    for name in ["VIRTUAL_ENV", "CONDA_PREFIX"] {
      if let prefix = environment[name], !prefix.isEmpty { return prefix }
    }
    return output(of: ["python3", "-c", "import sys; print(sys.prefix)"])
  }

  /// Every data folder, in the order in which Jupyter searches them.
  static var searched: [String] {
    let path = ProcessInfo.processInfo.environment["JUPYTER_PATH"] ?? ""
    var folders = path.split(separator: ":").map(String.init)
    if let user { folders.append(user) }
    if let pythonPrefix { folders.append("\(pythonPrefix)/share/jupyter") }
    folders += ["/usr/local/share/jupyter", "/usr/share/jupyter"]
    return folders.uniqued
  }

  /// The first line that a command of the search path prints; nil if it fails.
  static func output(of words: [String]) -> String? {
    let (process, pipe) = (Process(), Pipe())
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = words
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { return nil }
    return String(decoding: data, as: UTF8.self).split(separator: "\n").first.map(String.init)
  }
}
