import Basics
import Cells
import Datasets
import Documents
import Expressions
import Networks
import TensorFiles
import Tensors

/// Where a number of the prepared image came from: the byte of the pixel, and how it was prepared.
struct PixelReport {
  /// The report.
  let output: Output

  /// Explains an element of the first layer's input.
  ///
  /// - Parameter index: channel, row and column; the image's number in the batch, 0, may come first.
  init(_ index: [Int], in session: inout Session) throws {
    let input = try session.begin().input
    let full = index.count == input.shape.rank - 1 ? [0] + index : index
    guard full.count == input.shape.rank,
      zip(full, input.shape.dimensions).allSatisfy({
        (0..<$1).contains($0)
      })
    else {
      throw Failure(
        .name, "the image is \(input.shape.withoutBatch): there is no [\(coordinates(index))]",
        hint: "why image[c, y, x], each counted from 0")
    }
    let (c, y, x) = (full[1], full[2], full[3])
    let stored = input[full]
    let channel = input.shape.c == 3 ? ["red", "green", "blue"][c] : "grey"
    var output = Output()
    let element = "image[\(c), \(y), \(x)]"
    let preparation = try session.preparation()
    let size = "\(session.picture.image.width)×\(session.picture.image.height)"
    var members: [JSONValue.Member] = [
      .init(name: "element", value: .string(element)), .init(name: "stored", value: .float(stored)),
    ]
    let set = session.pixels.first { $0.index == [c, y, x] }
    if let parts = preparation.parts(of: session.picture.image, c, y, x) {
      let (scale, mean, deviation) = (parts.scale, parts.mean, parts.deviation)
      let level = set.map { Double($0.byte) } ?? parts.level
      let scaled = scale == 255 ? number(level) : "\(number(level)) · \(number(scale)) / 255"
      var text = "\(scaled) − \(number(mean))"
      if deviation != 1 { text = "(\(text)) / \(number(deviation))" }
      output.line(
        .strong(element) + " = byte − mean"
          + .faint("   \(channel), row \(y), column \(x) of the prepared image"), hang: 4)
      output.line("\(text) = " + .strong(number(stored)), indent: 2, hang: 4)
      members += [
        .init(name: "byte", value: .number(level)), .init(name: "mean", value: .number(mean)),
        .init(name: "deviation", value: .number(deviation)),
      ]
    } else {
      output.line(
        .strong(element) + " = " + .strong(number(stored))
          + .faint("   \(channel), row \(y), column \(x) of the prepared image"), hang: 4)
    }
    if let set { output.line("set to byte \(set.byte); undo goes back", indent: 2) }
    output.line(
      .faint("\(session.picture.name), \(size): \(preparation)"), indent: 2, hang: 4)
    output.json = .object(members)
    output.value = Value(Double(stored))
    self.output = output
  }
}

extension PicturePreparation {
  /// A pixel's level (0 to 255), what 255 becomes, and what is subtracted and divided by; nil if the
  /// image is resized again after that.
  fileprivate func parts(
    of image: Image, _ c: Int, _ y: Int, _ x: Int
  ) -> (level: Double, scale: Double, mean: Double, deviation: Double)? {
    guard let preprocessing = self as? Preprocessing else { return nil }
    let crop = preprocessing.crop(image)
    let level =
      preprocessing.mean.count == 3 ? Double(crop[c, y, x]) : crop.brightness(row: y, column: x)
    return (level, preprocessing.scale, preprocessing.mean[c], preprocessing.deviation[c])
  }
}
