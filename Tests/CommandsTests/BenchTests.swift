import TensorFiles
import Testing

@testable import Cells
@testable import Notebook

/// `bench --profile`.
@Suite struct BenchTests {
  static let hasFastEngine = Engines.all.contains { $0.name == "onednn" }

  /// The fully connected layers are compared with the speed of reading memory.
  @Test(.enabled(if: hasFastEngine, "needs the fast engine")) func comparesWithReading() throws {
    var session = Session(host: QuietHost(isInteractive: true))
    let result = session.run("bench --network cuda-convnet-26 --batch 2 --steps 1 --profile")
    let text = result.output.plainText
    // 1,024·64 + 64 and 64·10 + 10 numbers of 4 bytes.
    #expect(text.contains("fc64–fc10: 0.3 MB at "), "\(text)")
    #expect(text.contains(" GB/s that memory gives"), "\(text)")
    guard case .object(let members) = try JSONParser.parse(Array(result.json.text.utf8)),
      case .number(let reading)? = members["read_gb_per_s"],
      case .number(let rate)? = members["linear_read_gb_per_s"]
    else {
      Issue.record("\(result.json.text)")
      return
    }
    #expect(reading > 0 && rate > 0)
  }

  /// Without --profile, memory isn't read for nothing.
  @Test(.enabled(if: hasFastEngine, "needs the fast engine")) func measuresNoReadingUnasked() throws
  {
    var session = Session(host: QuietHost(isInteractive: true))
    let result = session.run("bench --network cuda-convnet-26 --batch 2 --steps 1")
    #expect(!result.output.plainText.contains("that memory gives"))
    #expect(result.json.text.contains("\"read_gb_per_s\": null"), "\(result.json.text)")
  }
}
