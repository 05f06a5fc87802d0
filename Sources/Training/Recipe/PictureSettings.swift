/// What a recipe does to pictures, before the training part has been measured: `mean: .image` says
/// that a mean image is taken off, not which.
public struct PictureSettings: Hashable, Sendable {
  /// What is taken off a picture.
  public enum Mean: Hashable, Sendable {
    /// Nothing.
    case none
    /// The mean of each channel over the training pictures.
    case channels
    /// The mean training picture, cropped as the picture is.
    case image
    /// The mean training picture's centre crop, for every crop of a picture alike.
    case imageCenter
    /// These numbers, one a channel, in units of `scale`.
    case values([Double])
  }

  /// What a picture is divided by.
  public enum Deviation: Hashable, Sendable {
    /// Nothing.
    case none
    /// The standard deviation of each channel over the training pictures.
    case channels
    /// These numbers, one a channel, in units of `scale`.
    case values([Double])
  }

  /// Random changes of brightness along the principal components of the colours.
  public enum ColorNoise: String, CaseIterable, Hashable, Sendable {
    /// As the paper prints it: eigenvalues times draws of deviation 0.1.
    case paper
    /// As the authors' program has it: their square roots instead.
    case source2012 = "source-2012"
  }

  /// The side that pictures are scaled to first; nil leaves them as they are.
  public var resize: Int?
  /// The side of the square that is cut out, anywhere in training and in the middle at test; nil cuts
  /// nothing.
  public var crop: Int?
  /// Zeros put around a picture before it is cut in training.
  public var padding: Int
  /// Whether half of the training pictures are mirrored.
  public var mirror: Bool
  /// How many consecutive training images share a crop and a flip.
  public var cropChunk: Int
  /// What the byte 255 becomes.
  public var scale: Double
  /// What is taken off.
  public var mean: Mean
  /// What it is divided by.
  public var deviation: Deviation
  /// The noise on colours in training; nil for none.
  public var colorNoise: ColorNoise?
  /// After how many epochs the noise ends; nil for never.
  public var colorEpochs: Int?
  /// What an image with noise on its colours is divided by; 1 for nothing. Other images, all test and
  /// validation images among them, are never divided by it.
  public var colorDivisor: Double

  /// What happens to pictures.
  public init(
    resize: Int? = nil, crop: Int? = nil, padding: Int = 0, mirror: Bool = false,
    cropChunk: Int = 1, scale: Double = 255, mean: Mean = .none, deviation: Deviation = .none,
    colorNoise: ColorNoise? = nil, colorEpochs: Int? = nil, colorDivisor: Double = 1
  ) {
    (self.resize, self.crop, self.padding, self.mirror) = (resize, crop, padding, mirror)
    (self.cropChunk, self.scale, self.mean, self.deviation) = (cropChunk, scale, mean, deviation)
    (self.colorNoise, self.colorEpochs) = (colorNoise, colorEpochs)
    self.colorDivisor = colorDivisor
  }
}
