import Layers
import Networks
import Tensors

extension CaseParameters {
  /// The layer of an operation, with settings from the parameters.
  ///
  /// - Parameters:
  ///   - kind: the operation.
  ///   - weight: the shape of the weight, which gives the sizes that an operation case leaves out;
  ///     nil in a network, which has `kernel`, `filters` and `outputs`.
  mutating func layer(_ kind: Layer.Kind, weight: Shape?) throws(GoldenError) -> Layer {
    switch kind {
    case .convolution:
      let filters = try size(weight?[0], "filters")
      let window = try window(kernel: weight?[2])
      return .convolution(
        Convolution(filters: filters, window: window, groups: try integer("groups", default: 1)))
    case .locallyConnected:
      let filters = try size(weight?[2], "filters")
      return .locallyConnected(
        LocallyConnected(filters: filters, window: try window(kernel: weight?[4])))
    case .maxPooling: return .maxPooling(Pooling(window: try window(kernel: nil)))
    case .averagePooling: return .averagePooling(Pooling(window: try window(kernel: nil)))
    case .localResponseNormalization:
      return .localResponseNormalization(
        LocalResponseNormalization(
          n: try integer("n"), k: try number("k"), alpha: try number("alpha"),
          beta: try number("beta"), convention: try word("convention"),
          groups: try integer("groups", default: 1)))
    case .spatialNormalization:
      return .spatialNormalization(
        SpatialNormalization(
          n: try integer("n"), k: try number("k"), alpha: try number("alpha"),
          beta: try number("beta"), convention: try word("convention")))
    case .batchNormalization:
      return .batchNormalization(
        BatchNormalization(epsilon: try number("epsilon"), momentum: try number("momentum")))
    case .activation: return try activation(kind)
    case .flatten: return .flatten
    case .linear: return .linear(Linear(outputs: try size(weight?[0], "outputs")))
    case .dropout:
      return .dropout(Dropout(rate: try number("rate"), convention: try word("convention")))
    case .softmax: return .softmax
    }
  }

  /// An activation, whose parameters are named as the members of a network's file.
  private mutating func activation(_ kind: Layer.Kind) throws(GoldenError) -> Layer {
    var layer = kind.prototype
    for setting in layer.fieldSettings {
      let value = FieldValue.real(try number(setting.name))
      do throws(EditError) {
        layer = try layer.setting([FieldSetting(setting.name, value)])
      } catch {
        throw wrong(setting.name, error.message)
      }
    }
    return layer
  }

  /// A size from a weight's shape, or else the parameter with this name.
  private mutating func size(_ told: Int?, _ name: String) throws(GoldenError) -> Int {
    if let told { return told }
    return try integer(name)
  }

  private mutating func window(kernel: Int?) throws(GoldenError) -> Window {
    Window(
      kernel: try size(kernel, "kernel"), stride: try integer("stride"),
      padding: try integer("padding"), rounding: try word("rounding", default: .floor))
  }
}

extension Layer.Kind {
  /// The axes of the operation's weight; 0 if it has none.
  var weightRank: Int {
    switch prototype.weighted {
    case .convolution: 4
    case .locallyConnected: 6
    case .linear: 2
    case .batchNormalization: 1
    case nil: 0
    }
  }

  /// Whether training and inference differ, so that a case must name its mode.
  var dependsOnMode: Bool { self == .dropout || self == .batchNormalization }
}
