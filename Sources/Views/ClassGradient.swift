import Basics
import Cells
import Layers
import Networks
import Tensors

/// A class's score, the output before the softmax, and its gradient in every layer.
struct ClassGradient {
  /// The class.
  let number: Int
  /// The class's score.
  let score: Float
  /// What the first layer gets: 1×C×H×W.
  let input: Tensor
  /// The layers before the softmax, which ran forward and back.
  let plan: any Plan

  /// Runs the network without its softmax forward, and back from the score of a class.
  ///
  /// - Parameters:
  ///   - word: the class's name or number.
  ///   - view: the word after `view`, for messages.
  init(of word: String, for view: String, in session: inout Session) throws {
    number = try session.viewedClass(word, for: view)
    let network = session.network
    let layers = network.layers.map(\.layer)
    let scored = layers.last == .softmax ? Array(layers.dropLast()) : layers
    let geometry = try session.geometry()
    guard let outputs = geometry.prefix(scored.count).last?.output, outputs.rank == 2 else {
      throw Failure(
        .network, "\(network.name) has no score for each class",
        hint: "insert a fully connected layer at its end")
    }
    input = try session.begin().input
    try session.requireMemory(through: layers.count, backward: true)
    let host = session.host
    defer { host.report(progress: nil) }
    plan = try session.engine().prepare(scored, input: input.shape, mode: .inference)
    try session.weights.supply(plan, of: network, geometry, cancellation: host.cancellation)
    plan.setInput(input)
    host.report(progress: "forward")
    try plan.forward(cancellation: host.cancellation)
    var gradient = Tensor(zeros: outputs)
    gradient[[0, number]] = 1
    host.report(progress: "backward")
    try plan.backward(from: gradient, cancellation: host.cancellation)
    guard let scores = plan.output(of: scored.count - 1) else {
      preconditionFailure("A plan that keeps everything has its last output.")
    }
    score = scores[[0, number]]
  }
}

extension Session {
  /// The class that a view is of.
  ///
  /// - Throws: `Failure` if none is named, or there is none of this name.
  func viewedClass(_ word: String, for view: String) throws -> Int {
    guard !word.isEmpty else {
      // A class that the network knows: its name if it has one.
      let example = network.labels.flatMap { $0.count > 3 ? $0[3] : $0.first } ?? "3"
      throw Failure(.usage, "view \(view) needs a class", hint: "view \(view) \(example)")
    }
    return try classNumber(word)
  }

  /// Says at once, before the work starts, if the weights are random, so that the view means nothing.
  ///
  /// - Returns: words for the caption that begin with a comma; empty if the weights are trained.
  mutating func warnIfUntrained() throws -> String {
    guard !weights.isTrained(try geometry()) else { return "" }
    var output = Output()
    output.line(
      .notice("The weights are random, not trained, so this means nothing: load trained first."))
    show(output)
    return ", with random weights"
  }
}
