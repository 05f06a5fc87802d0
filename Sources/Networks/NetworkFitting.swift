import Basics
import Layers

// What a training run asks of a network before it begins.

extension Network {
  /// How many classes the network tells apart: the features of its last layer; nil where it does not
  /// end with a row of them, or does not fit.
  public var classCount: Int? {
    guard let output = try? geometry().last?.output, output.rank == 2 else { return nil }
    return output.c
  }

  /// Whether the outputs are probabilities: a softmax, and after it nothing that changes a value. What
  /// else ends a network gives logits, which may be any number.
  public var givesProbabilities: Bool {
    let last = layers.last { named in
      if case .dropout(let dropout) = named.layer { return dropout.factorInInference != 1 }
      return true
    }
    return last?.layer == .softmax
  }

  /// The network with its last fully connected layer telling these classes apart.
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

  /// The network with every dropout following one convention.
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
