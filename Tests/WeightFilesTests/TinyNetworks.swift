import Foundation
import Layers
import TensorFiles
import Tensors

@testable import Networks
@testable import WeightFiles

/// The files of `Fixtures`, and the networks that they are for.
enum Fixtures {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().path + "/Fixtures/"

  static func open(_ name: String) throws -> WeightFile { try WeightFile(path: folder + name) }

  static func bytes(_ name: String) throws -> [UInt8] {
    try OpenFile.bytes(of: folder + name, limit: 1 << 20)
  }

  /// An AlexNet of a few hundred weights, with the paper's normalization and dropout: what a file's
  /// program does otherwise has to come from the file.
  static func tiny(groups: Int = 1, normalizes: Bool = false) -> Network {
    func norm(_ name: String) -> [NamedLayer] {
      normalizes
        ? [
          NamedLayer(name, .localResponseNormalization(.init(n: 3, k: 2, alpha: 0.02, beta: 0.75)))
        ]
        : []
    }
    let first: [NamedLayer] = [.convolution("conv1", 4, 5, stride: 2, padding: 1), .relu("relu1")]
    let second: [NamedLayer] = [
      .maxPooling("pool1"), .convolution("conv2", 6, 3, padding: 1, groups: groups), .relu("relu2"),
    ]
    let convolutions: [NamedLayer] = [
      .maxPooling("pool2"), .convolution("conv3", 6, 3, padding: 1), .relu("relu3"),
      .convolution("conv4", 4, 3, padding: 1, groups: groups), .relu("relu4"),
      .convolution("conv5", 4, 3, padding: 1, groups: groups), .relu("relu5"),
      NamedLayer("pool5", .maxPooling(Pooling(window: Window(kernel: 2)))), .flatten,
    ]
    let classifier: [NamedLayer] = [
      .dropout("drop6", .paper), .linear("fc6", 8), .relu("relu6"),
      .dropout("drop7", .paper), .linear("fc7", 8), .relu("relu7"), .linear("fc8", 5),
    ]
    let all = [first, norm("norm1"), second, norm("norm2"), convolutions, classifier]
    return Network(
      name: "tiny", title: "", input: PictureFormat(side: 31), layers: all.flatMap(\.self))
  }
}
