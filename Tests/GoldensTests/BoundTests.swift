import Layers
import ReferenceEngine
import Tensors
import Testing
import Training

@testable import Goldens

@Suite("bounds")
struct BoundTests {
  private func example(_ path: String) throws -> OperationCase {
    let example = try GoldenCase(path: "\(goldenFolder)/\(path).safetensors")
    guard case .operation(let operation) = example.subject else {
      throw GoldenError(path, "no operation")
    }
    return operation
  }

  @Test("the terms of a linear layer, by hand")
  func linear() throws {
    let example = try example("linear/odd")
    let (x, w, b) = (example.x, example.parameters[0], example.parameters[1])
    let I = x.shape.c
    let bound = example.bound(of: .y, .doubleRoundedOnce)
    for (o, e) in (try #require(example.expected[.y])).prefix(b.count).enumerated() {
      let size = (0..<I).reduce(abs(Double(b.values[o]))) {
        $0 + abs(Double(x.values[$1]) * Double(w.values[o * I + $1]))
      }
      // I products and a bias: I + 1 additions, one rounding of the product, and one more.
      let n = Double(I + 3) * 0x1p-53
      let sum = 2 * n / (1 - n) * size
      let expected = sum + 0x1p-24 * (abs(e) + sum) + 0x1p-150
      #expect(abs(bound.bound(at: o, expected: e) - expected) <= 1e-12 * expected)
      #expect(bound.reason(at: o, expected: e).hasPrefix("products of total size "))
    }
  }

  @Test(
    "the bound of an operation that only copies is zero",
    arguments: ["relu/odd", "flatten/odd", "max_pooling/tiling"])
  func exact(path: String) throws {
    let bound = try example(path).bound(of: .y, .float)
    #expect(bound.bound(at: 0, expected: 1) == 0)
    #expect(bound.reason(at: 0, expected: 1).contains("copies"))
  }

  @Test(
    "bounds for sums in Float are never below those for sums in Double",
    arguments: Layer.Kind.allCases)
  func ordered(kind: Layer.Kind) throws {
    let suite = try GoldenSuite(path: "\(goldenFolder)/\(kind.rawValue)")
    for file in suite.files {
      guard case .operation(let example) = try suite.load(file).subject else { continue }
      for (result, expected) in example.expected {
        let double = example.bound(of: result, .doubleRoundedOnce)
        let float = example.bound(of: result, .float)
        for (i, e) in expected.enumerated() {
          let (narrow, wide) = (double.bound(at: i, expected: e), float.bound(at: i, expected: e))
          guard narrow.isFinite, narrow <= wide else {
            Issue.record("\(file) \(result)[\(i)]: \(narrow) \(wide)")
            return
          }
        }
      }
    }
  }

  @Test("if no terms cancel, the reference's bound is less than two Floats")
  func narrow() throws {
    for path in ["average_pooling/ties-after-relu", "tanh/odd", "softmax/odd"] {
      let example = try example(path)
      let bound = example.bound(of: .y, .doubleRoundedOnce)
      for (i, e) in (example.expected[.y] ?? []).enumerated() where e != 0 {
        #expect(bound.bound(at: i, expected: e) < 2 * Double(Float(e).ulp))
      }
    }
  }

  @Test("the largest of m normal random numbers", arguments: [1, 256, 290_400])
  func deviations(m: Int) {
    // As many numbers as the bound assumes: none may exceed it, and it must not be much larger than
    // they are.
    let random = CounterRandom("normal deviations", seed: 1)
    let largest = (0..<UInt64(m / 2 + 1)).reduce(0.0) {
      let (a, b) = random.normalPair($1)
      return max($0, abs(a), abs(b))
    }
    let factor = NetworkBound.factor(m)
    #expect(largest < factor)
    if m > 1 { #expect(largest > 0.3 * factor) }
  }
}
