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

extension PictureSet {
  /// The mean image and the spread of the colours. Each access reads every pixel.
  ///
  /// All sums are of whole numbers, so the results don't depend on the order of the images.
  package var statistics: PictureStatistics {
    let plane = height * width
    var sums = [UInt64](repeating: 0, count: sampleCount)
    var products = [UInt64](repeating: 0, count: channels * channels)
    pixels.withUnsafeBufferPointer { pixels in
      // Sums of this many samples fit into 32 bits, in which several are added at once.
      var partial = [UInt32](repeating: 0, count: sampleCount)
      for first in stride(from: 0, to: count, by: 65_536) {
        for i in partial.indices { partial[i] = 0 }
        for n in first..<min(count, first + 65_536) {
          let picture = n * sampleCount
          partial.withUnsafeMutableBufferPointer { partial in
            for i in 0..<partial.count { partial[i] &+= UInt32(pixels[picture + i]) }
          }
        }
        for i in sums.indices { sums[i] += UInt64(partial[i]) }
      }
      for a in 0..<channels {
        for b in a..<channels {
          var total: UInt64 = 0
          for n in 0..<count {
            let (p, q) = (n * sampleCount + a * plane, n * sampleCount + b * plane)
            for start in stride(from: 0, to: plane, by: 65_536) {
              var sum: UInt32 = 0
              for i in start..<min(plane, start + 65_536) {
                sum &+= UInt32(pixels[p + i]) &* UInt32(pixels[q + i])
              }
              total += UInt64(sum)
            }
          }
          (products[a * channels + b], products[b * channels + a]) = (total, total)
        }
      }
    }
    let pictures = Double(max(1, count))
    let samples = Double(max(1, count) * plane)
    let mean = (0..<channels).map { c in
      Double(sums[(c * plane)..<((c + 1) * plane)].reduce(0, +)) / samples
    }
    let covariance = products.indices.map {
      Double(products[$0]) / samples - mean[$0 / channels] * mean[$0 % channels]
    }
    let (values, vectors) = symmetricEigen(covariance, size: channels)
    return PictureStatistics(
      size: size, meanImage: sums.map { Float(Double($0) / pictures) }, mean: mean,
      deviation: (0..<channels).map { max(0, covariance[$0 * channels + $0]).squareRoot() },
      covariance: covariance, eigenvalues: values, eigenvectors: vectors)
  }
}
