import Testing

@testable import Cells
@testable import Notebook

/// The image has several names, a layer's gradient two; all of them work everywhere.
@Suite struct NamedValueTests {
  /// An interactive session with a small network, after forward and backward.
  static func session(backward: Bool = true) -> Session {
    var session = Session(host: QuietHost(isInteractive: true))
    for cell in ["network cuda-convnet-26"] + (backward ? ["backward 3"] : []) {
      #expect(session.run(cell).failure == nil)
    }
    return session
  }

  @Test(arguments: [
    ("why image[0, 5, 6]", "conv1.input[0, 5, 6]"), ("why input[0, 5, 6]", "input[0, 0, 5, 6]"),
    ("why conv1.input[0, 5, 6]", "image[0, 5, 6]"),
  ])
  func thePixelIsOneThing(_ cell: String, _ expression: String) throws {
    var session = Self.session(backward: false)
    let explained = session.run(cell)
    #expect(explained.failure == nil, "\(explained.failure?.message ?? "")")
    #expect(explained.output.value == session.run(expression).output.value)
    #expect(explained.output.plainText.contains("row 5, column 6"))
  }

  @Test(arguments: [
    "why gradient image[0, 5, 6]", "why gradient input[0, 5, 6]",
    "why gradient conv1.input[0, 5, 6]",
  ])
  func theGradientOfAPixel(_ cell: String) throws {
    var session = Self.session()
    let explained = session.run(cell)
    let value = try #require(explained.output.value?.double)
    #expect(value == session.run("image.gradient[0, 5, 6]").output.value?.double)
    #expect(value != 0)
  }

  /// All names in a row give the same tensor.
  @Test(arguments: [
    ["image", "input", "conv1.input"],
    ["gradient conv1", "conv1.gradient"],
    ["gradient image", "gradient input", "image.gradient", "gradient conv1.input"],
    ["gradient conv1[2]", "conv1.gradient[2]", "conv1.gradient[2, 0...]"],
    ["gradient conv1[2, 3]", "conv1.gradient[2, 3]", "conv1.gradient[0, 2, 3, 0...]"],
    ["gradient conv1[2, 3, 4]", "conv1.gradient[2, 3, 4]", "conv1.gradient[0, 2, 3, 4]"],
  ])
  func areTheSame(_ names: [String]) throws {
    var session = Self.session()
    let tensors = try names.map { try session.tensor($0) }
    for (name, tensor) in zip(names, tensors) { #expect(tensor == tensors[0], "\(name)") }
    for name in names {
      for command in ["show", "view"] where tensors[0].count > 1 {
        let result = session.run("\(command) \(name)")
        #expect(result.failure == nil, "\(command) \(name): \(result.failure?.message ?? "")")
      }
    }
  }

  @Test func parametersHaveGradients() throws {
    var session = Self.session()
    #expect(try session.tensor("gradient conv1.weight").shape == [32, 3, 5, 5])
    let explained = session.run("why gradient conv1.weight[1, 2, 3, 4]")
    #expect(
      try session.tensor("gradient conv1.weight[1, 2, 3, 4]").values.map(Double.init)
        == [try #require(explained.output.value?.double)])
  }

  /// Coordinates are channel, row, column; a fourth, the image's number, may come first.
  @Test(arguments: [
    ("conv1.output[5, 10, 23] == conv1.output[0, 5, 10, 23]", true),
    ("conv1[5, 10, 23] == conv1.output[5, 10, 23]", true),
    ("conv1.output[5] == conv1[5]", true), ("conv1.output[5, 10] == conv1[5, 10]", true),
    ("conv1.output[0, 5].shape == [32]", true), ("pool1.input[5] == conv1[5]", true),
    ("conv1.output[0, 5, 10, 0...] == conv1[5, 10]", true),
    ("conv1.input[2] == image[2]", true), ("conv1.output[31].shape == [32, 32]", true),
    ("fc10.output[3] == fc10[3]", true), ("fc10.output[3] == fc10.output[0, 3]", true),
    ("input.shape == [1, 3, 32, 32]", true), ("image.mean == conv1.input.mean", true),
  ])
  func theBatchMayBeLeftOut(_ cell: String, _ expected: Bool) {
    var session = Self.session(backward: false)
    let result = session.run(cell)
    #expect(result.output.value == .boolean(expected), "\(result.failure?.message ?? "")")
  }

  @Test(arguments: ["why pool1[3, 4, 5]", "show pool1", "view pool1", "pool1.mean"])
  func layersThatAreNeededRun(_ cell: String) {
    var session = Self.session(backward: false)
    let result = session.run(cell)
    #expect(result.failure == nil, "\(result.failure?.message ?? "")")
    #expect(result.output.plainText.contains("ran conv1, pool1 first"))
    #expect(session.trace?.position == 2)
    #expect(!session.run(cell).output.plainText.contains("ran conv1"))
  }

  @Test(arguments: [
    ("why conv1.gradient[0, 0, 0]", "why conv1[…]"), ("why image.bias[0]", "why gradient image"),
    ("set relu1 tanh", "set activation tanh"), ("set relu1 5", "set activation tanh"),
    ("view gradient conv9", "did you mean"), ("let image = 3", "my_image"),
  ])
  func whatIsNotThereHasAHint(_ cell: String, _ hint: String) {
    var session = Self.session(backward: false)
    let failure = session.run(cell).failure
    #expect(failure?.hint?.contains(hint) == true, "\(String(describing: failure))")
  }

  @Test func gradientsWaitForBackward() {
    var session = Self.session(backward: false)
    for cell in ["view gradient conv1", "show gradient conv1.weight", "image.gradient"] {
      #expect(session.run(cell).failure?.hint?.contains("backward CLASS") == true, "\(cell)")
    }
  }

  @Test func scoresAreShownByClass() {
    var session = Session(host: QuietHost(isInteractive: true))
    _ = session.run("load trained")
    let text = session.run("show softmax").output.plainText
    for name in ["airplane", "truck"] { #expect(text.contains(name), "\(text)") }
  }
}
