import Digests
import Foundation
import TensorFiles
import Tensors
import TestSupport
import Testing

@testable import Goldens

/// The rules of `Golden/README.md`, implemented without any code of `Layers`.
private struct Rules {
  var size: Int
  var kernel: Int
  var stride: Int
  var padding: Int
  var ceil: Bool

  /// The padding must be less than the kernel, and at least one window must fit.
  var areMet: Bool { padding < kernel && kernel <= size + 2 * padding }

  /// ⌊(H + 2·padding − K)/stride⌋ + 1, or ⌈…⌉ + 1 without a last window that would start beyond the input.
  var windows: Int {
    let room = size + 2 * padding - kernel
    guard ceil else { return room / stride + 1 }
    let count = (room + stride - 1) / stride + 1
    return (count - 1) * stride - padding >= size ? count - 1 : count
  }
}

@Suite("the golden document")
struct DocumentTests {
  private static func text() throws -> String {
    try String(contentsOfFile: "\(goldenFolder)/README.md", encoding: .utf8)
  }

  /// A sealed convolution of one channel and one filter, its output computed by the document's formula.
  private static func convolution(_ rules: Rules, columns: Int) throws -> [UInt8] {
    var across = rules
    across.size = columns
    let (H, W, K) = (rules.size, columns, rules.kernel)
    let (outH, outW) = (rules.windows, across.windows)
    let x = Tensor(uniform: [1, 1, H, W], scale: 1, random: CounterRandom("x", seed: 3))
    let weight = Tensor(uniform: [1, 1, K, K], scale: 1, random: CounterRandom("w", seed: 3))
    var y: [Double] = []
    for p in 0..<max(0, outH) {
      for q in 0..<max(0, outW) {
        var sum = 0.25
        for i in 0..<K {
          for j in 0..<K {
            let row = p * rules.stride - rules.padding + i
            let column = q * rules.stride - rules.padding + j
            guard (0..<H).contains(row), (0..<W).contains(column) else { continue }
            sum += Double(x.values[row * W + column]) * Double(weight.values[i * K + j])
          }
        }
        y.append(sum)
      }
    }
    let rounding = rules.ceil ? "ceil" : "floor"
    var writer = SafeTensorsWriter(metadata: [
      "format": "alexnet-golden", "version": "1", "case": "made", "operation": "convolution",
      "parameters": """
      {"groups":1,"padding":\(rules.padding),"rounding":"\(rounding)","stride":\(rules.stride)}
      """,
      "generator": "the document", "seed": "0", "digest": FileSeal.blank,
    ])
    writer.add("input.x", x)
    writer.add("input.weight", weight)
    writer.add("input.bias", Tensor(shape: [1], values: [0.25]))
    writer.add("expected.y", doubles: y, shape: [1, 1, outH, outW])
    return try CaseDigest.sealed(writer.bytes())
  }

  @Test("convolution cases made by its rules pass on every engine", arguments: testedEngines)
  func rules(_ judged: EngineUnderTest) throws {
    var (held, refused) = (0, 0)
    for size in [1, 2, 5, 8] {
      for kernel in [1, 2, 3, 5] {
        for stride in [1, 2, 4] {
          for padding in 0...3 {
            for ceil in [false, true] {
              let rules = Rules(
                size: size, kernel: kernel, stride: stride, padding: padding, ceil: ceil)
              var across = rules
              across.size = size + 1
              let place = "\(rules)"
              guard rules.areMet else {
                if padding >= kernel {
                  #expect(throws: GoldenError.self, "\(place)") {
                    try GoldenCase(
                      bytes: try Self.convolution(rules, columns: size + 1), path: "made")
                  }
                  refused += 1
                }
                continue
              }
              let example = try GoldenCase(
                bytes: try Self.convolution(rules, columns: size + 1), path: place)
              guard case .compared(let comparisons) = try judged.verifier.verify(example) else {
                Issue.record("\(place): declined")
                continue
              }
              held += 1
              #expect(comparisons.filter { !$0.passed }.isEmpty, "\(place)")
            }
          }
        }
      }
    }
    #expect(held > 150 && refused > 50)
  }

  @Test("the document says how many windows there are, and how much padding")
  func sentences() throws {
    // Lines may break anywhere.
    let text = try Self.text().split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(text.contains("`padding` is less than K"))
    #expect(text.contains("a window that would begin beyond the input (at row H or later)"))
    for convention in ["paper", "tensorflow", "onnx", "onednn"] {
      #expect(text.contains("`\(convention)`"))
    }
  }

  @Test("the numbers of cases in the document match the files")
  func counts() throws {
    let count = try GoldenSuite(path: goldenFolder).files.count
    for match in try Self.text().matches(of: #/(\d[\d,]*) (?:golden )?cases/#) {
      #expect(match.1.filter { $0 != "," } == "\(count)", "\(match.0)")
    }
  }
}
