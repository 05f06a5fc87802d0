import Foundation
import Testing

@testable import Jupyter

#if os(Linux) && Jupyter
  /// A kernel in its own process, and the memory that it takes.
  @Suite struct ProgramKernelTests {
    /// A kernel with a client that reads everything it sends.
    private struct Kernel {
      private let process: ProgramProcess
      private let client: KernelClient

      init(in folder: TemporaryFolder) throws {
        let file = ConnectionFile.inFolder(folder.path)
        let path = try folder.file("connection.json", file.text)
        client = try KernelClient(ConnectionFile(file, path: path))
        process = try ProgramProcess(
          ["jupyter", "run", "--connection-file", path], home: folder.path)
        try #require(client.isWelcomed(seconds: 60))
      }

      /// Runs a cell many times.
      ///
      /// - Returns: the number of the last cell.
      func run(_ code: String, times: Int) throws -> Int? {
        var last: Int?
        for _ in 0..<times {
          let answer = try #require(
            client.ask("execute_request", ["code": .string(code)], seconds: 60))
          try #require(answer.reply.content["status"] == "ok", "\(answer.reply.content)")
          last = answer.reply.content["execution_count"]?.integerValue
        }
        return last
      }

      /// The resident memory, in bytes.
      var memory: Int {
        get throws {
          let numbers = try String(
            contentsOfFile: "/proc/\(process.process)/statm", encoding: .utf8)
          return try #require(Int(numbers.split(separator: " ")[1])) * sysconf(Int32(_SC_PAGESIZE))
        }
      }
    }

    @Test func tenThousandCellsTakeLittleMemory() throws {
      let folder = try TemporaryFolder()
      let kernel = try Kernel(in: folder)
      _ = try kernel.run("let a = 1 + 1", times: 500)
      let before = try kernel.memory
      #expect(try kernel.run("let a = 1 + 1", times: 10_000) == 10_500)
      let growth = try kernel.memory - before
      print("10,000 cells take \(growth / 1000) kB")
      #expect(growth < 10_000_000)
    }
  }
#endif
