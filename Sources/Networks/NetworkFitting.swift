import Basics
import Layers

// What a training run needs to know about a network.

extension Network {
  /// The number of classes: the features of its last layer; nil if the output isn't a row of
  /// features, or the layers don't fit.
  public var classCount: Int? {
    guard let output = try? geometry().last?.output, output.rank == 2 else { return nil }
    return output.c
  }

  /// Whether the outputs are probabilities: it ends with a softmax, perhaps followed by layers that
  /// change no value. Otherwise the outputs are logits, which can be any number.
  public var givesProbabilities: Bool {
    let last = layers.last { named in
      if case .dropout(let dropout) = named.layer { return dropout.factorInInference != 1 }
      return true
    }
    return last?.layer == .softmax
  }

  /// The network with its last fully connected layer resized for these classes.
  public func telling(_ classes: [String]) -> Network {
    var network = self
    for index in layers.indices.reversed() {
      guard case .linear(var linear) = layers[index].layer else { continue }
      linear.outputs = classes.count
      network.layers[index].layer = .linear(linear)
      break
    }
    network.labels = classes
    return network
  }

  /// The network with one convention for every dropout.
  public func dropping(by convention: Dropout.Convention) -> Network {
    var network = self
    for index in layers.indices {
      guard case .dropout(var dropout) = layers[index].layer else { continue }
      dropout.convention = convention
      network.layers[index].layer = .dropout(dropout)
    }
    return network
  }
}
