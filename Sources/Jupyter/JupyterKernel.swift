import Basics
import CLibrary
import Cells
import Commands
import Foundation
import Notebook
import TensorFiles

/// The notebook as a Jupyter kernel: `alexnet jupyter run`.
package enum JupyterKernel {
  /// Runs the kernel and ends the program, if the arguments ask for one; otherwise does nothing.
  package static func runIfAsked(_ arguments: [String]) {
    guard arguments.contains(JupyterCommand.word), let command = command(in: arguments),
      command.action == .run
    else { return }
    do {
      if command.check {
        try check(arguments)
      } else {
        guard let path = command.connectionFile else {
          throw Failure(
            .usage, "which connection file?", hint: "Jupyter adds --connection-file FILE")
        }
        try run(ConnectionFile(path: path), arguments)
      }
    } catch {
      let failure = Failure(error)
      FileHandle.standardError.write(Data((failure.output.plainText + "\n").utf8))
      exit(failure.kind == .usage ? 2 : 1)
    }
    exit(0)
  }

  private static func command(in arguments: [String]) -> JupyterCommand? {
    guard case .command(let parsed)? = try? CommandTable.notebook.read(arguments) else {
      return nil
    }
    return parsed as? JupyterCommand
  }

  /// Runs a kernel until it is ended.
  static func run(_ file: ConnectionFile, _ arguments: [String]) throws {
    // The options are checked here; the thread that runs the cells reads them again, since a notebook can't
    // be handed from one thread to another.
    var first = Notebook(host: QuietHost())
    if let command = command(in: arguments) { try first.begin(with: command.options) }
    let kernel = try Kernel(file, Requests(first))
    try kernel.run { [kernel] reply in
      var notebook = Notebook(host: kernel.host)
      if let command = command(in: arguments) { try? notebook.begin(with: command.options) }
      return CellRunner(
        notebook, host: kernel.host, queue: kernel.queue, publisher: kernel.publisher,
        requests: kernel.requests, send: reply)
    }
  }

  /// Starts a kernel, waits for its welcome, asks it who it is, and says how long the answer took. The exit
  /// code is 1 if it doesn't answer within ten seconds.
  private static func check(_ arguments: [String]) throws {
    let folder = NSTemporaryDirectory() + "alexnet-\(UUID().uuidString.prefix(8))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let file = try ConnectionFile(ConnectionFile.inFolder(folder), path: folder)
    let begun = ContinuousClock.now
    let client = try KernelClient(file)
    let asking = WorkThread {
      let isThere =
        client.isWelcomed(seconds: 10) && client.ask("kernel_info_request", seconds: 10) != nil
      if isThere {
        let time = begun.duration(to: .now) / .milliseconds(1)
        print("the kernel answers after \(Int(clamping: time)) ms")
      }
      try? FileManager.default.removeItem(atPath: folder)
      fflush(nil)
      _exit(isThere ? 0 : 1)
    }
    guard let asking else { throw ThreadLimit() }
    asking.detach()
    try run(file, arguments)
  }
}
