import Basics
extension PicturePipeline: CustomStringConvertible {
  /// What it does, in words: first the steps common to training and tests, then the others.
  package var description: String {
    let all = [resizing, values].compactMap { $0 }
    let random = randomSteps
    guard !random.isEmpty else { return all.joined(separator: "; ") }
    return (all + ["in training " + random.joined(separator: ", ")]).joined(separator: "; ")
      + (hasRoom ? "; in a test the middle" : "")
  }

  private var resizing: String? {
    options.resize == nil
      ? nil : "resized from \(source.width)×\(source.height) to \(resized.width)×\(resized.height)"
  }

  private var resized: (width: Int, height: Int) {
    (prepared.resizedWidth, prepared.resizedHeight)
  }

  private var values: String {
    var text = "values 0 to \(NumberFormat.shortest(options.scale))"
    if mean.count > source.channels {
      text += ", minus the mean image" + (options.center == .imageCenter ? "'s centre crop" : "")
    } else if mean.contains(where: { $0 != 0 }) {
      text += ", minus \(NumberFormat.shortest(of: mean))"
    }
    if deviation.contains(where: { $0 != 1 }) {
      text += ", divided by \(NumberFormat.shortest(of: deviation))"
    }
    return text
  }

  private var randomSteps: [String] {
    var steps: [String] = []
    if hasRoom {
      let padded = "\(resized.width + 2 * options.padding)×\(resized.height + 2 * options.padding)"
      let with = options.padding > 0 ? " (padded by \(options.padding))" : ""
      steps.append("a random \(output.width)×\(output.height) of \(padded)\(with)")
    }
    if options.mirror { steps.append("half of them mirrored") }
    if options.cropChunk > 1, hasRoom || options.mirror {
      steps.append("\(options.cropChunk) consecutive ones alike")
    }
    if options.cutout > 0 {
      steps.append("a square of \(options.cutout)×\(options.cutout) cleared")
    }
    if let noise = options.colorNoise {
      let what =
        noise.amount == .eigenvalues ? "eigenvalues of the colours" : "deviations of the colours"
      steps.append(
        "noise of \(NumberFormat.shortest(noise.deviation)) times the \(what)"
          + (noise.divisor == 1 ? "" : ", then divided by \(NumberFormat.shortest(noise.divisor))"))
    }
    return steps
  }
}
