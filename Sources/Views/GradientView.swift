import Basics
import Cells
import Commands
import Documents
import Explanations
import Layers
import Networks
import Tensors

extension WindowView {
  /// Draws a gradient such as `gradient relu1[0, 1, 1]` or `gradient conv1.weight[5, 0, 3, 2]`: the element, and
  /// the parts of the gradients after it that it is computed from, and of the layer's input for a weight.
  ///
  /// - Throws: `ExplanationError` if nothing has run backward.
  init(gradient text: String, in session: inout Session) throws {
    guard !text.isEmpty else {
      throw Failure(
        .usage, "view why gradient needs an element",
        hint: "view why gradient \(session.network.layers[0].name)[c, y, x]")
    }
    let target = try Target(text, isGradient: true, in: &session)
    let explanation = try target.explainedGradient(in: &session)
    let regions = explanation.gradientRegions(try session.geometry())
    let trace = try session.begin()
    let owner = explanation.layerName + (target.parameter.map { ".\($0.rawValue)" } ?? "")
    let name = "gradient \(owner)[\(coordinates(explanation.index))]"
    var images: [CaptionedImage] = []
    if let tensor = Self.gradients(of: target, in: trace) {
      let start = "\(name) = \(number(explanation.stored))"
      let comment = Self.comment(explanation.detail)
      images.append(Self.image(of: explanation.index, in: tensor, owner, start, comment))
    }
    for (place, region) in regions.enumerated() {
      let values =
        place == 0 ? trace.outputGradient(of: region.layer) : trace.input(of: region.layer + 1)
      if let values { images.append(Self.image(of: values, region, explanation, name)) }
    }
    self.init(images, regions)
  }

  /// All gradients of the tensor that the element belongs to, without the batch.
  private static func gradients(of target: Target, in trace: Trace) -> Tensor? {
    guard let role = target.parameter else {
      guard let whole = trace.inputGradient(of: target.layer + 1) else { return nil }
      return Tensor(
        shape: whole.shape.withoutBatch,
        values: Array(whole.values.prefix(whole.shape.withoutBatch.count)))
    }
    let trainable = trace.geometry[target.layer].parameters.filter(\.isTrainable)
    guard let which = trainable.firstIndex(where: { $0.role == role }),
      let all = trace.parameterGradients(of: target.layer), which < all.count
    else { return nil }
    return all[which]
  }

  /// The map, kernel or list that holds an element, which is marked.
  private static func image(
    of index: [Int], in tensor: Tensor, _ owner: String, _ start: String, _ comment: String
  ) -> CaptionedImage {
    let isMap = index.count >= 3
    let outer = isMap ? Array(index.dropLast(2)) : []
    let shape = isMap ? Shape(Array(tensor.shape.dimensions.suffix(2))) : Shape([tensor.count])
    let first = isMap ? tensor.shape.offset(of: outer + [0, 0]) : 0
    let maps = MapPicture(
      Tensor(shape: shape, values: Array(tensor.values[first..<first + shape.count])))
    let place = tensor.shape.offset(of: index) - first
    let (row, column) = (place / maps.width, place % maps.width)
    let what = isMap ? "gradient \(owner)[\(coordinates(outer))]" : "gradient \(owner)"
    return CaptionedImage(
      maps.image, caption: "\(start), marked on \(what); \(maps.scaling)." + comment,
      frames: [Frame(rows: row..<row + 1, columns: column..<column + 1)])
  }

  /// What the marked regions don't say.
  private static func comment(_ detail: Explanation.Detail) -> String {
    guard case .gradient(let detail) = detail else { return "" }
    switch detail.parts {
    case .loss: return " It comes from the loss; no layer follows whose gradient could be drawn."
    case .maxPooling(let shares) where shares.isEmpty: return " No window holds it."
    case .maxPooling(let shares):
      let windows = NumberFormat.count(shares.count, "window")
      return " It is the largest value in \(shares.count(where: \.isWon)) of the \(windows) that "
        + "hold\(shares.count == 1 ? "s" : "") it; the others pass it no gradient."
    case .products, .activation, .averagePooling, .normalization, .batchNormalization, .dropout,
      .flatten, .softmax:
      return ""
    }
  }
}
