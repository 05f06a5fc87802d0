import Datasets
import Networks
import Parallel

extension PictureSettings {
  /// The pipeline for the images of a set, with its statistics, or those of a part of it if
  /// `statistics` is set.
  ///
  /// - Parameters:
  ///   - ranks: the processes that share the pass over the images.
  ///   - progress: called with the number of images that the statistics have taken and the total; an error
  ///     that it throws ends the work.
  /// - Throws: `RecipeError` if the images can't be prepared this way; `ImageError` if one can't be
  ///   read.
  package func pipeline(
    for set: PictureSet, ranks: any Collective = SingleProcess(),
    progress: (_ done: Int, _ of: Int) throws -> Void = { _, _ in }
  ) throws -> PicturePipeline {
    let known =
      options.needsStatistics
      ? try ranks.statistics(of: set.sample(statistics), progress: progress) : nil
    do throws(ImageError) {
      return try PicturePipeline(options, for: set, statistics: known)
    } catch {
      throw RecipeError("", "images can't be prepared: \(error.message)", hint: error.hint)
    }
  }

  /// Whether the colours are noisy in an epoch, counted from 0.
  func isNoisy(epoch: Int) -> Bool { colorNoise != nil && epoch < colorEpochs ?? .max }

  /// The settings as options of a pipeline.
  package var options: PicturePipeline.Options {
    let center: PicturePipeline.Options.Center =
      switch mean {
      case .none: .none
      case .channels: .channels
      case .image: .image
      case .imageCenter: .imageCenter
      case .values(let values): .fixed(values.map { Float($0) })
      }
    let spread: PicturePipeline.Options.Spread =
      switch deviation {
      case .none: .none
      case .channels: .channels
      case .values(let values): .fixed(values.map { Float($0) })
      }
    var noise: PicturePipeline.Options.ColorNoise? =
      switch colorNoise {
      case .paper: .init(deviation: 0.1, amount: .eigenvalues)
      case .source2012: .init(deviation: 0.1, amount: .deviations)
      case nil: nil
      }
    noise?.divisor = Float(colorDivisor)
    return PicturePipeline.Options(
      scale: Float(scale), center: center, spread: spread, resize: resize, padding: padding,
      crop: crop, mirror: mirror, cropChunk: cropChunk, cutout: cutout,
      colorNoise: noise)
  }
}

extension PicturePipeline {
  /// The same without noise on the colours.
  func withoutColorNoise() throws(ImageError) -> PicturePipeline {
    var options = options
    options.colorNoise = nil
    return try PicturePipeline(options, source: source, mean: mean, deviation: deviation)
  }

  /// The image format of a network trained this way: a mean image becomes its mean in each channel,
  /// since a network's file can't hold more.
  func format(of format: PictureFormat) -> PictureFormat {
    var format = format
    let plane = mean.count / source.channels
    format.scale = Double(options.scale)
    format.mean = (0..<source.channels).map { c in
      let sum = mean[(c * plane)..<((c + 1) * plane)].reduce(0.0) { $0 + Double($1) }
      return sum / Double(plane)
    }
    format.deviation = deviation.map { Double($0) }
    format.resize =
      options.crop == nil && options.resize == nil ? format.resize : options.resize ?? source.height
    return format
  }
}
