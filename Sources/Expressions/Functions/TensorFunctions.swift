import Basics
import Layers
import Networks
import Tensors

extension Function {
  /// Functions that create or rearrange tensors, and arithmetic on their sizes.
  package static let tensors: [Function] = [
    Function(
      "zeros", [.plain("size")], isVariadic: true, "a tensor of zeros with these sizes",
      example: "zeros(3, 4)"
    ) { call in
      let given = [Call.Argument(value: call.value("size")!, range: 0..<0)] + call.rest
      var shape = given.count == 1 ? given[0].value : .list(given.map(\.value))
      if case .number = shape { shape = .list([shape]) }
      return .tensor(Tensor(zeros: try Call.checked(try call.shape(shape, of: "size"))))
    },
    Function(
      "reshape", [.plain("x"), .plain("shape")], "the same elements in another shape",
      example: "reshape([1, 2, 3, 4], [2, 2])"
    ) { call in
      let x = try call.tensor("x")
      let shape = try call.shape(call.value("shape")!, of: "shape")
      let fits = try? Call.checked(shape)
      guard fits?.count == x.count else {
        throw call.fault(
          .shape, "shape", "\(shape) cannot hold the \(x.count) elements of \(x.shape)")
      }
      return .tensor(x.reshaped(to: shape))
    },
    Function(
      "flatten", [.plain("x")], "N×C×H×W as N×F; fewer axes become one",
      example: "flatten(pool5.output)"
    ) { call in
      let x = try call.tensor("x")
      guard x.shape.rank > 3 else { return .tensor(x.reshaped(to: [x.count])) }
      return .tensor(x.reshaped(to: [x.shape.n, x.shape.withoutBatch.count]))
    },
    Function(
      "outputSize",
      [
        .plain("input"), .label("kernel"), .label("stride", Value(1)), .label("padding", Value(0)),
        .label("rounding", .string("floor")),
      ], "how many windows fit along an axis: (input + 2·padding − kernel) / stride + 1",
      example: "outputSize(227, kernel: 11, stride: 4)"
    ) { call in
      let input = try call.integer("input", least: 1)
      let window = try call.window()
      let size = try window.outputs(input)
      if window.remainder(input) != 0 {
        call.notes.add(
          "\(CountDerivation.way(window, input)) / \(window.stride) + 1 is not whole: "
            + "\(NumberFormat.format(Double(window.way(input)) / Double(window.stride) + 1)); "
            + CountDerivation.rounded(window, input, outputs: size))
      }
      return Value(size)
    },
  ]
}

extension Call {
  /// A list of sizes as a shape; each must be at least 1.
  package func shape(_ value: Value, of parameter: String) throws -> Shape {
    guard let sizes = value.integers, !sizes.isEmpty else {
      throw fault(.value, parameter, "\(parameter) must be a list of whole numbers, as in [3, 4]")
    }
    guard sizes.count <= 8, sizes.allSatisfy({ $0 >= 1 }) else {
      throw fault(.value, parameter, "a shape has one to eight sizes, each at least 1")
    }
    return Shape(sizes)
  }

  /// The window given by `kernel`, `stride`, `padding` and `rounding`, with defaults for those that
  /// the function doesn't have.
  package func window(kernel: Int? = nil) throws -> Window {
    let known = Set(function.parameters.map(\.name))
    return Window(
      kernel: try kernel ?? integer("kernel", least: 1),
      stride: try integer("stride", least: 1),
      padding: known.contains("padding") ? try integer("padding") : 0,
      rounding: known.contains("rounding") ? try word("rounding", Rounding.self) : .floor)
  }
}
