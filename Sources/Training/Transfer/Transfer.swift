import Basics
import Datasets
import Layers
import Networks
import Tensors

/// Which layers of a network start with trained parameters, and which are drawn.
///
/// A layer is taken over as a whole: if one of its tensors doesn't fit, all are drawn. The last layer
/// is also drawn if its classes have other names than those that the weights were trained for.
package struct Transfer: Sendable {
  /// A layer that is drawn.
  package struct NewLayer: Hashable, Sendable {
    /// Its name.
    package let name: String
    /// Why it wasn't taken over; nil if the weights have nothing for it.
    package let reason: String?
  }

  /// The network to train, with the settings that the weights' program has.
  package let network: Network
  /// The parameters taken over, by their names.
  package private(set) var parameters: [String: Tensor] = [:]
  /// The layers taken over.
  package private(set) var taken: [String] = []
  /// The layers that are drawn.
  package private(set) var new: [NewLayer] = []
  /// The settings of the network that follow from the file's program, a sentence each.
  package internal(set) var notes: [String] = []

  /// Matches tensors by their names and shapes.
  ///
  /// - Parameters:
  ///   - tensors: the trained tensors, by our names.
  ///   - misfits: why a tensor that isn't among them doesn't fit.
  ///   - source: the network that they were trained in, if known, for its classes.
  ///   - target: the network to train.
  init(
    of tensors: [String: Tensor], misfits: [String: String] = [:], from source: Network?,
    to target: Network
  ) throws {
    network = target
    let last = target.layers.last { $0.layer.kind == .linear }?.name
    for layer in try target.geometry() where !layer.parameters.isEmpty {
      var reason: String?
      var isComplete = true
      for parameter in layer.parameters {
        let name = layer.name(of: parameter)
        if let tensor = tensors[name] {
          if tensor.shape != parameter.shape, reason == nil {
            reason = "\(name) is \(tensor.shape) there and \(parameter.shape) here"
          }
        } else {
          isComplete = false
          if reason == nil { reason = misfits[name] }
        }
      }
      if layer.name == last, isComplete, reason == nil, let old = source?.labels,
        let classes = target.labels, old != classes
      {
        reason = "there its classes are \(Self.list(old))"
      }
      guard isComplete, reason == nil else {
        new.append(NewLayer(name: layer.name, reason: reason))
        continue
      }
      taken.append(layer.name)
      for parameter in layer.parameters {
        let name = layer.name(of: parameter)
        parameters[name] = tensors[name]
      }
    }
  }

  /// The same without the parameters, which take memory as long as it's kept.
  package var withoutParameters: Transfer {
    var copy = self
    copy.parameters = [:]
    return copy
  }

  private static func list(_ classes: [String]) -> String {
    classes.prefix(3).joined(separator: ", ") + (classes.count > 3 ? ", …" : "")
  }

  /// The layers taken over, in words: `conv1...conv3`.
  package var takenWords: String { LayerRanges.words(taken, among: all) }

  /// The layers that are drawn, in words.
  package var newWords: String { LayerRanges.words(new.map(\.name), among: all) }

  private var all: [String] { network.layers.filter { $0.layer.weighted != nil }.map(\.name) }
}

extension Recipe {
  /// The recipe for a run that starts from trained weights.
  ///
  /// Images get the values that the weights were trained with: their scale, mean and deviation. A
  /// recipe that needs weights also scales and crops images to the size of their network, and takes a
  /// tenth of the rate that they were trained with, if that is known. (Adam's rates mean something else,
  /// and those of a run that itself started from weights have been divided already.)
  ///
  /// - Parameters:
  ///   - source: the weights.
  ///   - network: the network to train.
  package func starting(from source: WeightSource, in network: Network) -> Recipe {
    var recipe = self
    recipe.network = network.name
    recipe.from = source.start
    guard let input = source.network?.input else { return recipe }
    recipe.pictures.scale = input.scale
    // Images are prepared in Float: its digits are enough, and shorter to read.
    func short(_ values: [Double]) -> [Double] {
      values.map { Double(Float($0).description) ?? $0 }
    }
    recipe.pictures.mean = .values(short(input.mean))
    recipe.pictures.deviation =
      input.deviation.allSatisfy { $0 == 1 } ? .none : .values(short(input.deviation))
    if from == .needed {
      if let old = source.recipe, old.optimizer.kind != .adam {
        // Twice as much for biases, as in this recipe.
        let rate = old.from == nil ? old.rate / 10 : old.rate
        (recipe.biasRate, recipe.rate) = (rate * biasRate / self.rate, rate)
      }
      let side = Preprocessing.usualSide(height: network.input.height, width: network.input.width)
      recipe.pictures.resize = network.input.resize ?? side
      let shorter = min(network.input.height, network.input.width)
      recipe.pictures.crop = shorter < recipe.pictures.resize ?? side ? shorter : nil
    }
    return recipe
  }
}
