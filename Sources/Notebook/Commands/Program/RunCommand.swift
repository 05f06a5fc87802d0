import ArgumentParser
import TensorFiles

/// Runs the cells of files.
public struct RunCommand: Command, HasGlobalOptions {
  /// Name and help.
  public static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run the cells of files, one a line; stop at the first that fails.")
  /// What people may type.
  public static let examples = [
    Example("run nothing.txt", "a file that is not there", expect: "cannot read nothing.txt")
  ]

  @Argument(help: "Files of cells; - reads standard input.", completion: .file()) var files:
    [String]
  @OptionGroup var options: GlobalOptions

  /// A command with its defaults.
  public init() {}

  /// Runs each file in the session.
  public func run(in session: inout Session) throws -> Output {
    var objects: [JSONValue] = []
    for file in files {
      for instruction in try Script.instructions(file: file) {
        let result = session.runNested(instruction)
        objects.append(result.json)
        if var failure = result.failure {
          failure.message = "\(file), line \(failure.line ?? instruction.line): \(failure.message)"
          failure.line = nil
          throw failure
        }
        if result.output.quits { return result.output }
      }
    }
    return Output(json: ["cells": .array(objects)])
  }
}

/// Cells in a file.
public enum Script {
  /// Files larger than this are not scripts.
  static let largest = 10 << 20

  /// The instructions of a file.
  ///
  /// - Throws: `FileError`, or `Failure` where the file is no UTF-8 text.
  static func instructions(file: String) throws -> [Instruction] {
    let bytes = try OpenFile.bytes(of: file == "-" ? "/dev/stdin" : file, limit: largest)
    guard let text = String(validating: bytes, as: UTF8.self), !text.contains("\0") else {
      throw Failure(.file, "\(file) is not UTF-8 text", hint: "a script has one cell a line")
    }
    return Notebook.instructions(of: text)
  }
}

extension Session {
  /// Runs a instruction inside a running cell, and shows what it gives.
  mutating func runNested(_ instruction: Instruction) -> CellResult {
    let (outer, number) = (shown, cell)
    let result = run(instruction.source)
    var output = result.output
    output.blocks = Array(output.blocks.dropFirst(result.shown))
    shown = outer + result.output.blocks.prefix(result.shown)
    show(output)
    cell = number
    var located = result
    if let line = result.failure?.line { located.failure?.line = instruction.line + line - 1 }
    return located
  }
}
