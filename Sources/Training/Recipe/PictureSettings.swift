/// How a recipe prepares images, before the statistics of the training part are known: `mean:
/// .image` means that a mean image is subtracted, but not which.
package struct PictureSettings: Hashable, Sendable {
  /// What is subtracted from an image.
  package enum Mean: Hashable, Sendable {
    /// Nothing.
    case none
    /// The mean of each channel over the training images.
    case channels
    /// The mean training image, cropped like the image.
    case image
    /// The mean training image's centre crop, for every crop of an image.
    case imageCenter
    /// These numbers, one per channel, in units of `scale`.
    case values([Double])
  }

  /// What an image is divided by.
  package enum Deviation: Hashable, Sendable {
    /// Nothing.
    case none
    /// The standard deviation of each channel over the training images.
    case channels
    /// These numbers, one per channel, in units of `scale`.
    case values([Double])
  }

  /// Random changes of brightness along the principal components of the colours.
  package enum ColorNoise: String, CaseIterable, Hashable, Sendable {
    /// As the paper prints it: the eigenvalues, times normal random numbers of standard deviation 0.1.
    case paper
    /// As in the authors' program: the square roots of the eigenvalues instead.
    case source2012 = "source-2012"
  }

  /// The side that images are first scaled to; nil doesn't scale them.
  package var resize: Int?
  /// The side of the square crop, at a random place in training and in the middle at test time; nil
  /// doesn't crop.
  package var crop: Int?
  /// Zeros added around a training image before cropping.
  package var padding: Int
  /// Whether half of the training images are mirrored.
  package var mirror: Bool
  /// How many consecutive training images share a crop and a flip.
  package var cropChunk: Int
  /// The side of the square cleared in each training image, at a random place; 0 for none.
  package var cutout: Int
  /// What the byte 255 becomes.
  package var scale: Double
  /// What is subtracted.
  package var mean: Mean
  /// What the result is divided by.
  package var deviation: Deviation
  /// The noise on colours in training; nil for none.
  package var colorNoise: ColorNoise?
  /// After how many epochs the noise ends; nil for never.
  package var colorEpochs: Int?
  /// What an image with noise on its colours is divided by; 1 for nothing. Other images, such as
  /// all test and validation images, are never divided by it.
  package var colorDivisor: Double
  /// How many of the training images, equally from each class, the statistics are taken of; nil for
  /// all.
  package var statistics: Int?

  /// Settings; by default, images minus each channel's mean.
  package init(
    resize: Int? = nil, crop: Int? = nil, padding: Int = 0, mirror: Bool = false,
    cropChunk: Int = 1, cutout: Int = 0, scale: Double = 255, mean: Mean = .none,
    deviation: Deviation = .none, colorNoise: ColorNoise? = nil, colorEpochs: Int? = nil,
    colorDivisor: Double = 1, statistics: Int? = nil
  ) {
    (self.resize, self.crop, self.padding, self.mirror) = (resize, crop, padding, mirror)
    (self.cropChunk, self.cutout) = (cropChunk, cutout)
    (self.scale, self.mean, self.deviation) = (scale, mean, deviation)
    (self.colorNoise, self.colorEpochs) = (colorNoise, colorEpochs)
    (self.colorDivisor, self.statistics) = (colorDivisor, statistics)
  }
}
