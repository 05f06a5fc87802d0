import Basics
import Cells
import Foundation
import TensorFiles

/// A folder that tells Jupyter how to start a kernel: `kernels/NAME/kernel.json` in a data folder.
struct KernelSpec {
  /// The kernel's name, by which notebooks ask for it.
  let name: String
  /// The folder with `kernel.json`.
  let folder: String

  private static let largest = 1 << 16

  /// The kernelspec with a name in a data folder, whether it exists or not.
  ///
  /// - Throws: `Failure` if Jupyter doesn't allow the name.
  init(name: String, in dataFolder: String) throws(Failure) {
    let isAllowed = name.utf8.allSatisfy { byte in
      let character = Character(Unicode.Scalar(byte))
      return character.isASCII && (character.isLetter || character.isNumber)
        || "-_.".contains(character)
    }
    guard isAllowed, !name.isEmpty, !name.hasPrefix(".") else {
      throw Failure(
        .usage, "\(quoted(name)) can't be a kernel's name",
        hint: "--name takes letters, digits, -, _ and .")
    }
    (self.name, folder) = (name, "\(dataFolder)/kernels/\(name)")
  }

  private var file: String { "\(folder)/kernel.json" }

  /// The command line that starts the kernel; nil if there is no kernelspec that can be read.
  private var command: [String]? {
    guard let bytes = try? OpenFile.bytes(of: file, limit: Self.largest),
      let words = (try? JSONParser.parse(bytes))?["argv"]?.arrayValue
    else { return nil }
    return words.compactMap(\.stringValue)
  }

  /// Whether the kernelspec starts this program, wherever it is.
  private var isOwn: Bool {
    guard let command, command.count >= 3 else { return false }
    return command[1] == JupyterCommand.word && command[2] == "run"
  }

  /// The program that Jupyter starts; nil if there is no kernelspec.
  var program: String? { command?.first }

  /// The kernelspecs of this program in a data folder.
  static func own(in dataFolder: String) -> [KernelSpec] {
    let names =
      (try? FileManager.default.contentsOfDirectory(atPath: "\(dataFolder)/kernels")) ?? []
    return names.sorted().compactMap { try? KernelSpec(name: $0, in: dataFolder) }.filter(\.isOwn)
  }

  /// Writes the kernelspec; an older one of this program is replaced.
  ///
  /// - Throws: `Failure` if another program has this name, `FileError`.
  func write(program: String) throws {
    try requireOwn()
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw Failure(
        .file, "can't create \(folder)",
        hint: "--user installs for you only, --prefix DIR in a folder of your own")
    }
    let json: JSONValue = [
      "argv": .array(
        [program, JupyterCommand.word, "run", "--connection-file", "{connection_file}"]
          .map { .string($0) }),
      "display_name": .string(name == "alexnet" ? "AlexNet" : "AlexNet (\(name))"),
      "language": "alexnet", "interrupt_mode": "message", "kernel_protocol_version": "5.5",
      "metadata": ["debugger": false, "supported_encryption": ["curve"]],
    ]
    try AtomicFile.write(json.fileText(), to: file)
  }

  /// Removes the kernelspec.
  ///
  /// - Throws: `Failure` if there is none, or if it belongs to another program.
  func remove() throws {
    guard command != nil else {
      throw Failure(
        .file, "there is no kernel \(quoted(name)) in \(folder)",
        hint: "jupyter list lists the installed kernels")
    }
    try requireOwn()
    do {
      try FileManager.default.removeItem(atPath: folder)
    } catch {
      throw Failure(.file, "can't remove \(folder)")
    }
  }

  private func requireOwn() throws(Failure) {
    guard !FileManager.default.fileExists(atPath: file) || isOwn else {
      throw Failure(
        .file, "\(folder) belongs to another kernel", hint: "--name chooses another name")
    }
  }
}
