extension PicturePipeline {
  /// What a recipe says about its images, before the data set's statistics are known.
  package struct Options: Hashable, Sendable {
    /// What is subtracted.
    package enum Center: Hashable, Sendable {
      /// Nothing.
      case none
      /// Each channel's mean over the training images.
      case channels
      /// The mean image of the training images, C×H×W, cropped like the image itself.
      case image
      /// The centre crop of that mean image, whatever part of an image is shown, and never mirrored: as
      /// in the authors' 2012 program.
      case imageCenter
      /// These numbers, one per channel, in units of `scale`.
      case fixed([Float])
    }

    /// What the rest is divided by.
    package enum Spread: Hashable, Sendable {
      /// Nothing.
      case none
      /// Each channel's standard deviation over the training images.
      case channels
      /// These numbers, one per channel, in units of `scale`.
      case fixed([Float])
    }

    /// Noise along the principal components of the training images' colours (paper, section 4.1).
    package struct ColorNoise: Hashable, Sendable {
      /// The factor of the draws.
      package enum Amount: String, CaseIterable, Hashable, Sendable {
        /// The eigenvalues λ of the colours' covariance, of values 0 to 1, as the paper prints it.
        case eigenvalues
        /// Their square roots, the deviations along the components: as in the 2012 program.
        case deviations
      }

      /// The standard deviation of the draws α: 0.1 in the paper.
      package var deviation: Float
      /// The factor of the draws.
      package var amount: Amount
      /// What a noisy image is divided by at the end: 1.1 in the authors' 2012 program, else 1.
      /// Images without noise, such as all test images, aren't divided.
      package var divisor: Float

      /// Noise of this deviation.
      package init(deviation: Float = 0.1, amount: Amount = .eigenvalues, divisor: Float = 1) {
        (self.deviation, self.amount, self.divisor) = (deviation, amount, divisor)
      }
    }

    /// What the byte 255 becomes: 255 or 1.
    package var scale: Float
    /// What is subtracted.
    package var center: Center
    /// What the rest is divided by.
    package var spread: Spread
    /// What the shorter side is resized to; nil keeps the size.
    package var resize: Int?
    /// Rows and columns of zeros (that is, of the mean) that are then added on each side.
    package var padding: Int
    /// The side of the square crop, at a random place in training and in the middle in a test; nil
    /// for the size before padding.
    package var crop: Int?
    /// Whether half of the training images are mirrored left to right.
    package var mirror: Bool
    /// How many consecutive images of an epoch share a crop and a flip: 1, or 32 in the authors' 2012
    /// program.
    package var cropChunk: Int
    /// The side of the square that is set to zero (that is, to the mean) in each training image, at a
    /// random place and partly outside it where its centre is near the edge; 0 for none. DeVries and
    /// Taylor 2017, arXiv 1708.04552, use 16 for CIFAR-10's images of 32.
    package var cutout: Int
    /// Noise on the colours in training, if any.
    package var colorNoise: ColorNoise?

    /// Whether the statistics of the training images are needed.
    package var needsStatistics: Bool {
      let isCentered =
        switch center {
        case .channels, .image, .imageCenter: true
        case .none, .fixed: false
        }
      return isCentered || spread == .channels || colorNoise != nil
    }

    /// By default, the bytes minus each channel's mean.
    package init(
      scale: Float = 255, center: Center = .channels, spread: Spread = .none, resize: Int? = nil,
      padding: Int = 0, crop: Int? = nil, mirror: Bool = false, cropChunk: Int = 1, cutout: Int = 0,
      colorNoise: ColorNoise? = nil
    ) {
      (self.scale, self.center, self.spread) = (scale, center, spread)
      (self.resize, self.padding, self.crop) = (resize, padding, crop)
      (self.mirror, self.cropChunk, self.cutout) = (mirror, cropChunk, cutout)
      self.colorNoise = colorNoise
    }
  }
}
