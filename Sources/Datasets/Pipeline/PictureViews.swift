/// What a test looks at of each picture; the network's answers are averaged over the views.
public enum PictureViews: String, CaseIterable, Hashable, Sendable {
  /// The middle.
  case center
  /// The middle and its mirror image.
  case mirrored
  /// The middle and the four corners, each with its mirror image (paper, section 4.1). The
  /// "multi-view test" of cuda-convnet is this one.
  case tenCrop = "ten-crop"

  /// What cuda-convnet calls a test with ten crops.
  public static let multiView = PictureViews.tenCrop

  /// The views by the name that a person gives: the raw value, or `multi-view`.
  public init?(named name: String) {
    if name == "multi-view" {
      self = .multiView
    } else if let views = PictureViews(rawValue: name) {
      self = views
    } else {
      return nil
    }
  }

  /// How many views there are of a picture: views 0 ..< count of `PicturePipeline.test`. Where nothing
  /// is cut off, corners and middle are the same, and ten crops are two.
  public func count(in pipeline: PicturePipeline) -> Int {
    switch self {
    case .center: 1
    case .mirrored: 2
    case .tenCrop: pipeline.hasRoom ? 10 : 2
    }
  }
}
