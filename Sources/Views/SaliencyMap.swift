import Basics
import Cells
import Datasets
import Documents
import Expressions
import Networks
import Tensors

/// How strongly a class's score depends on each pixel.
///
///     M[y, x] = max over c of |∂S / ∂x[c, y, x]|
///
/// where S is the class's output before the softmax (Simonyan, Vedaldi, Zisserman 2013, arXiv 1312.6034,
/// section 3.1).
struct SaliencyMap {
  /// H×W.
  let map: Tensor
  /// The class's score.
  let score: Float
  private let caption: String

  var view: View {
    let maps = MapPicture(map)
    let map = map
    return View(
      [CaptionedImage(maps.image, caption: caption + maps.scaling + ".")], value: .tensor(map),
      csv: { map.csv })
  }

  /// Runs the network without its softmax forward and back from the score of a class.
  init(_ word: String, in session: inout Session) throws {
    guard !word.isEmpty else {
      throw Failure(.usage, "view saliency needs a class", hint: "view saliency 3")
    }
    let number = try session.classNumber(word)
    let network = session.network
    let layers = network.layers.map(\.layer)
    let scored = layers.last == .softmax ? Array(layers.dropLast()) : layers
    let geometry = try session.geometry()
    guard let outputs = geometry.prefix(scored.count).last?.output, outputs.rank == 2 else {
      throw Failure(
        .network, "\(network.name) has no score for each class",
        hint: "insert a fully connected layer at its end")
    }
    let input = try session.begin().input
    try session.requireMemory(through: layers.count, backward: true)
    let host = session.host
    defer { host.report(progress: nil) }
    let plan = try session.engine().prepare(scored, input: input.shape, mode: .inference)
    try session.weights.supply(plan, of: network, geometry, cancellation: host.cancellation)
    plan.setInput(input)
    host.report(progress: "forward")
    try plan.forward(cancellation: host.cancellation)
    var gradient = Tensor(zeros: outputs)
    gradient[[0, number]] = 1
    host.report(progress: "backward")
    try plan.backward(from: gradient, cancellation: host.cancellation)
    guard let slopes = plan.inputGradient(of: 0),
      let scores = plan.output(of: scored.count - 1)
    else { preconditionFailure("A plan that keeps everything has the gradient of its input.") }
    let (c, plane) = (input.shape.c, input.shape.h * input.shape.w)
    map = Tensor(
      shape: [input.shape.h, input.shape.w],
      values: (0..<plane).map { place in
        (0..<c).map { abs(slopes.values[$0 * plane + place]) }.max() ?? 0
      })
    score = scores[[0, number]]
    caption =
      "saliency of \(session.className(number)): at each pixel the largest |∂S/∂x| of its "
      + "\(NumberFormat.count(c, "channel")), where S = \(Basics.number(score)) is the score before "
      + "the softmax (Simonyan et al. 2013, arXiv 1312.6034); "
  }
}
