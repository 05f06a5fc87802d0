/// How many looks at a picture a test takes; their probabilities are averaged.
public enum TestViews: String, CaseIterable, Hashable, Sendable {
  /// The middle.
  case center
  /// The four corners and the middle, each also mirrored (paper, section 4.1).
  case tenCrop = "ten-crop"
  /// The same for cuda-convnet's small crops, as it calls its multi-view test.
  case multiView = "multi-view"
}
