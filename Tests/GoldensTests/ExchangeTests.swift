import Foundation
import TensorFiles
import Tensors
import Testing

@testable import Goldens

/// Acts as another program: reads exported inputs of a linear layer, and computes in Float.
private func linear(_ inputs: String, _ outputs: String, spoil: (inout [Float]) -> Void = { _ in })
  throws
{
  let file = try SafeTensors(path: inputs)
  let (x, w) = (try file.tensor("input.x"), try file.tensor("input.weight"))
  let (b, g) = (try file.tensor("input.bias"), try file.tensor("input.gradient"))
  let (N, I, O) = (x.shape.n, x.shape.c, b.count)
  var y = [Float](repeating: 0, count: N * O)
  var (dx, dw) = (Tensor(zeros: x.shape).values, Tensor(zeros: w.shape).values)
  var db = [Float](repeating: 0, count: O)
  for n in 0..<N {
    for o in 0..<O {
      for i in 0..<I {
        y[n * O + o] += x.values[n * I + i] * w.values[o * I + i]
        dx[n * I + i] += g.values[n * O + o] * w.values[o * I + i]
        dw[o * I + i] += g.values[n * O + o] * x.values[n * I + i]
      }
      y[n * O + o] += b.values[o]
      db[o] += g.values[n * O + o]
    }
  }
  spoil(&y)
  var writer = SafeTensorsWriter()
  writer.add("y", Tensor(shape: [N, O], values: y))
  writer.add("x_gradient", Tensor(shape: x.shape, values: dx))
  writer.add("weight_gradient", Tensor(shape: w.shape, values: dw))
  writer.add("bias_gradient", doubles: db.map(Double.init), shape: [O])
  try writer.write(to: outputs)
}

@Suite("kernels of other programs")
struct ExchangeTests {
  private func suite() throws -> GoldenSuite { try GoldenSuite(path: goldenFolder) }

  @Test("inputs are exported without expected values, one file per operation case")
  func export() throws {
    try withFolder { folder in
      let count = try GoldenExchange.exportInputs(from: try suite(), to: folder)
      let out = try GoldenSuite(path: folder)
      #expect(out.files.count == count && count > 300)
      #expect(!out.files.contains { $0.hasPrefix("networks/") || $0.hasPrefix("training/") })
      for name in out.files {
        let file = try SafeTensors(path: out.path(of: name))
        #expect(file.names.allSatisfy { $0.hasPrefix("input.") })
        #expect(file.metadata["operation"] == String(name.prefix { $0 != "/" }))
        #expect(file.metadata["parameters"] != nil && file.metadata["digest"] == nil)
        // The inputs equal those of the case, bit for bit.
        let original = try SafeTensors(path: "\(goldenFolder)/\(name)")
        #expect(Set(file.names) == Set(original.names.filter { $0.hasPrefix("input.") }))
        guard let x = try? file.tensor("input.x") else { continue }
        // NaN doesn't equal itself, so bit patterns are compared.
        let bits = try original.tensor("input.x").values.map(\.bitPattern)
        #expect(x.values.map(\.bitPattern) == bits, "\(name)")
      }
    }
  }

  @Test("a kernel in Float passes its bounds, a wrong one fails, an absent one is missing")
  func judge() throws {
    try withFolder { folder in
      let linearCases = try GoldenSuite(path: "\(goldenFolder)/linear")
      try GoldenExchange.exportInputs(from: linearCases, to: folder)
      let names = linearCases.files.map { $0.replacingOccurrences(of: ".safetensors", with: "") }
      for name in names where name != "odd" {
        try linear(
          "\(folder)/linear/\(name).safetensors", "\(folder)/linear/\(name).outputs.safetensors"
        ) { y in if name == "even" { y[1] *= 1.001 } }
      }
      let results = try GoldenExchange.judge(folder, against: linearCases)
      #expect(results.count == names.count)
      for (name, result) in zip(names, results) {
        switch name {
        case "odd":
          #expect(result.outcome == .missing("\(folder)/linear/odd.outputs.safetensors"))
        case "even":
          #expect(result.comparisons.filter { !$0.passed }.map(\.tensor) == ["y"])
          #expect(result.comparisons[0].first?.index == [0, 1])
        default: #expect(result.failures == [])
        }
      }
    }
  }

  @Test("the same outputs fail the bounds of sums in Double")
  func floatIsNotDouble() throws {
    try withFolder { folder in
      let suite = try GoldenSuite(path: "\(goldenFolder)/linear/long-sum.safetensors")
      try GoldenExchange.exportInputs(from: suite, to: folder)
      let name = "\(folder)/linear/long-sum"
      try linear("\(name).safetensors", "\(name).outputs.safetensors")
      #expect(try GoldenExchange.judge(folder, against: suite)[0].passed)
      let strict = try GoldenExchange.judge(
        folder, against: suite, arithmetic: .doubleRoundedOnce)[0]
      #expect(!strict.passed)
    }
  }

  @Test(
    "outputs that can't be checked",
    arguments: [
      ("garbage", "garbage: 7 bytes are too few"),
      ("lacks", "it is missing from"), ("shape", "its shape is 3, not 1×1"),
      ("type", "it holds I64, not floating-point numbers"),
    ])
  func unusable(kind: String, message: String) throws {
    try withFolder { folder in
      let suite = try GoldenSuite(path: "\(goldenFolder)/relu/single-element.safetensors")
      try FileManager.default.createDirectory(
        atPath: "\(folder)/relu", withIntermediateDirectories: true)
      let path = "\(folder)/relu/single-element.outputs.safetensors"
      var writer = SafeTensorsWriter()
      switch kind {
      case "garbage": try AtomicFile.write("garbage", to: path)
      case "shape": writer.add("y", Tensor(zeros: [3]))
      case "type": writer.add("y", integers: [1], shape: [1, 1])
      default: break
      }
      if kind != "garbage" { try writer.write(to: path) }
      let result = try GoldenExchange.judge(folder, against: suite)[0]
      #expect(!result.passed)
      #expect(
        result.failures.contains {
          $0.contains(kind == "garbage" ? "7 bytes are too few" : message)
        })
    }
  }

  @Test("a folder that can't be created")
  func unwritable() throws {
    let suite = try GoldenSuite(path: "\(goldenFolder)/relu/zeros.safetensors")
    let error = #expect(throws: FileError.self) {
      try GoldenExchange.exportInputs(from: suite, to: "/dev/null/x")
    }
    #expect(error?.description.hasPrefix("cannot write /dev/null/x/relu: ") == true)
  }
}
