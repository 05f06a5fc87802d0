/// Statistics of the images of a set, in levels 0 to 255.
package struct PictureStatistics: Hashable, Sendable {
  /// The size of each image.
  package let size: PicturePipeline.Size

  /// The mean of every sample, C×H×W.
  package let meanImage: [Float]

  /// The mean of each channel.
  package let mean: [Double]

  /// The standard deviation of each channel, over all pixels of all images.
  package let deviation: [Double]

  /// The covariance of the channels over all pixels, C×C, row by row.
  package let covariance: [Double]

  /// The variances along the principal components of the colours, largest first.
  package let eigenvalues: [Double]

  /// The principal components, one unit vector for each eigenvalue: C numbers, the largest of them
  /// positive.
  package let eigenvectors: [[Double]]

  /// Statistics that were stored in a file.
  package init(
    size: PicturePipeline.Size, meanImage: [Float], mean: [Double], deviation: [Double],
    covariance: [Double], eigenvalues: [Double], eigenvectors: [[Double]]
  ) {
    precondition(
      meanImage.count == size.count && mean.count == size.channels,
      "A mean image has the size of an image.")
    (self.size, self.meanImage) = (size, meanImage)
    (self.mean, self.deviation, self.covariance) = (mean, deviation, covariance)
    (self.eigenvalues, self.eigenvectors) = (eigenvalues, eigenvectors)
  }

  /// Statistics that nothing will use: all 0.
  static func none(of size: PicturePipeline.Size) -> PictureStatistics {
    let zeros = [Double](repeating: 0, count: size.channels)
    return PictureStatistics(
      size: size, meanImage: [Float](repeating: 0, count: size.count), mean: zeros,
      deviation: zeros, covariance: zeros.flatMap { _ in zeros }, eigenvalues: zeros,
      eigenvectors: zeros.map { _ in zeros })
  }

  /// The matrix that turns standard normal draws into noise on the colours, C×C row by row: column
  /// j is component j times its eigenvalue or deviation.
  func noise(_ noise: PicturePipeline.Options.ColorNoise, scale: Double) -> [Float] {
    let channels = mean.count
    // The paper's product αλ depends on the unit. Values 0 to 1 give noise of a few hundredths of
    // full brightness; with bytes, noise would hide the image.
    let amounts = eigenvalues.map { value in
      switch noise.amount {
      case .eigenvalues: scale * value / (255 * 255)
      case .deviations: scale * max(0, value).squareRoot() / 255
      }
    }
    return (0..<(channels * channels)).map {
      Float(eigenvectors[$0 % channels][$0 / channels] * amounts[$0 % channels])
    }
  }
}
