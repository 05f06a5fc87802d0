import Foundation
import Tensors
import Testing

@testable import Networks

struct NetworkFileMutationTests {
  /// Any file either gives a network that can be summarized, or a one-line error.
  @Test func mutations() {
    let seeds = [
      smallNetwork, smallNetwork.replacingOccurrences(of: "convolution", with: "locally_connected"),
    ]
    .map { Array($0.utf8) }
    let scraps = [
      "0", "-1", "1e9", "9999999", "\"", "{", "]", ",", "\\u0000", "null", "1048576", "\"x\":1,",
      "true",
    ]
    .map { Array($0.utf8) }
    let random = CounterRandom("networks.fuzz", seed: 1)
    var counter: UInt64 = 0
    func below(_ bound: Int) -> Int {
      counter += 1
      return random.below(bound, counter)
    }
    var read = 0
    for round in 0..<20_000 {
      var bytes = seeds[round % 2]
      for _ in 0...below(3) {
        let at = below(bytes.count)
        switch below(5) {
        case 0: bytes[at] = UInt8(below(256))
        case 1: bytes.remove(at: at)
        case 2: bytes.insert(contentsOf: scraps[below(scraps.count)], at: at)
        case 3:
          // Replace a number somewhere by another one.
          if let digit = bytes[at...].firstIndex(where: { (48...57).contains($0) }) {
            bytes.replaceSubrange(digit...digit, with: Array(String(below(3000)).utf8))
          }
        default: bytes.removeSubrange(at..<min(bytes.count, at + 1 + below(40)))
        }
        if bytes.isEmpty { break }
      }
      do throws(NetworkFileError) {
        let network = try NetworkFile.network(in: bytes, file: "f")
        read += 1
        let summary = try? Summary(network)
        #expect(summary != nil && summary!.rows.count == network.layers.count)
        #expect(
          (try? NetworkFile.network(in: Array(NetworkFile.text(of: network).utf8), file: "f"))
            == network)
      } catch {
        let line = error.description
        #expect(line.count > 5 && line.count < 700 && !line.contains("\n"))
      }
    }
    // Enough mutations are harmless for the test of summaries to mean something.
    #expect((500..<19_000).contains(read))
  }
}
