/// The crops of each image that a test uses; the network's outputs are averaged over them.
package enum TestCrops: String, CaseIterable, Hashable, Sendable {
  /// The middle.
  case center
  /// The middle and its mirror image.
  case mirrored
  /// The middle and the four corners, each with its mirror image (paper, section 4.1). This is
  /// cuda-convnet's "multi-view test".
  case tenCrop = "ten-crop"

  /// cuda-convnet's name for a test with ten crops.
  package static let multiView = TestCrops.tenCrop

  /// The crops by name: the raw value, or `multi-view`.
  package init?(named name: String) {
    if name == "multi-view" {
      self = .multiView
    } else if let crops = TestCrops(rawValue: name) {
      self = crops
    } else {
      return nil
    }
  }

  /// The number of crops per image: crops 0 ..< count of `PicturePipeline.test`. If the crop is the
  /// whole image, corners and middle are the same, and ten crops become two.
  package func count(in pipeline: PicturePipeline) -> Int {
    switch self {
    case .center: 1
    case .mirrored: 2
    case .tenCrop: pipeline.hasRoom ? 10 : 2
    }
  }
}
