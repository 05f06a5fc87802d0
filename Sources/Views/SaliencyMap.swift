import Basics
import Cells
import Documents
import Expressions
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
    let gradient = try ClassGradient(of: word, for: "saliency", in: &session)
    guard let slopes = gradient.plan.inputGradient(of: 0) else {
      preconditionFailure("A plan that keeps everything has the gradient of its input.")
    }
    let shape = gradient.input.shape
    let (c, plane) = (shape.c, shape.h * shape.w)
    map = Tensor(
      shape: [shape.h, shape.w],
      values: (0..<plane).map { place in
        (0..<c).map { abs(slopes.values[$0 * plane + place]) }.max() ?? 0
      })
    caption =
      "saliency of \(session.className(gradient.number)): at each pixel the largest |∂S/∂x| of its "
      + "\(NumberFormat.count(c, "channel")), where S = \(Basics.number(gradient.score)) is the score "
      + "before the softmax (Simonyan et al. 2013, arXiv 1312.6034); "
  }
}
