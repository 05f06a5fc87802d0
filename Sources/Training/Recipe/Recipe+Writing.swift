import Basics
import Networks
import TensorFiles

extension Recipe {
  /// The recipe as JSON, the same text for the same recipe: what `init(json:)` reads.
  package var json: String { JSONValue.object(members).fileText() }

  /// The members of the recipe's JSON. Infinities and NaN can't be read back, so the reader rejects
  /// them.
  var members: [JSONValue.Member] {
    let validation: JSONValue =
      switch validationPart {
      case .train: .number(self.validation)
      case .test:
        .string(
          "\(validationPart.rawValue):\(NumberFormat.shortest(self.validation, minus: .hyphen))")
      }
    var members: [(String, JSONValue)] = [
      ("format", .string(Self.formatName)), ("version", 1), ("name", .string(name)),
      ("title", .string(title)), ("source", .string(source)), ("network", .string(network)),
      ("epochs", .integer(epochs)), ("batch", .integer(batch)), ("optimizer", optimizer.json),
      ("rate", .number(rate)), ("bias_rate", .number(biasRate)), ("decay", .number(decay)),
      ("bias_decay", .number(biasDecay)), ("layers", layersJSON), ("schedule", schedule.json),
      ("initialization", .string(initialization.rawValue)),
      ("dropout", .string(dropout?.rawValue ?? "network")), ("pictures", pictures.json),
      ("validation", validation), ("crops", .string(crops.rawValue)),
      ("seed", .integer(Int(clamping: seed))),
    ]
    if !freeze.isEmpty { members.append(("freeze", .array(freeze.map { .string($0) }))) }
    if let imagesPerClass { members.append(("images_per_class", .integer(imagesPerClass))) }
    if let from { members.append(("from", from.json)) }
    return members.map { JSONValue.Member(name: $0, value: $1) }
  }

  private var layersJSON: JSONValue {
    .object(
      layers.sorted { $0.key < $1.key }.map { name, settings in
        let members = LayerSettings.fields.compactMap { field in
          settings[keyPath: field.path].map {
            JSONValue.Member(name: field.name, value: .number($0))
          }
        }
        return JSONValue.Member(name: name, value: .object(members))
      })
  }
}

extension Optimizer {
  var json: JSONValue {
    let kind = JSONValue.string(self.kind.rawValue)
    return switch self {
    case .paper(let momentum), .pytorch(let momentum):
      ["kind": kind, "momentum": .number(momentum)]
    case .adam(let beta1, let beta2, let epsilon):
      [
        "kind": kind, "beta1": .number(beta1), "beta2": .number(beta2),
        "epsilon": .number(epsilon),
      ]
    }
  }
}

extension Schedule {
  var json: JSONValue {
    let kind = JSONValue.string(self.kind.rawValue)
    return switch self {
    case .constant: ["kind": kind]
    case .steps(let steps): ["kind": kind, "steps": .array(steps.map(\.json))]
    case .plateau(let plateau):
      [
        "kind": kind, "factor": .number(plateau.factor), "patience": .integer(plateau.patience),
        "most": .integer(plateau.most),
      ]
    case .oneCycle(let cycle):
      [
        "kind": kind, "warm_up": .number(cycle.warmUp), "start": .number(cycle.start),
        "final": .number(cycle.final), "anneal": .string(cycle.anneal.rawValue),
      ]
    }
  }
}

extension RateStep {
  fileprivate var json: JSONValue {
    var members: [JSONValue.Member] = []
    members["after"] = .integer(after)
    members["layer"] = layer.map { .string($0) }
    members["role"] = role.map { .string($0.rawValue) }
    members["factor"] = .number(factor)
    return .object(members)
  }
}

extension PictureSettings {
  var json: JSONValue {
    let mean: JSONValue =
      switch self.mean {
      case .none: .null
      case .channels: "channels"
      case .image: "image"
      case .imageCenter: "image-center"
      case .values(let values): .array(values.map { .number($0) })
      }
    let deviation: JSONValue =
      switch self.deviation {
      case .none: .null
      case .channels: "channels"
      case .values(let values): .array(values.map { .number($0) })
      }
    return [
      "resize": resize.map { .integer($0) } ?? .null, "crop": crop.map { .integer($0) } ?? .null,
      "padding": .integer(padding), "mirror": .boolean(mirror), "crop_chunk": .integer(cropChunk),
      "cutout": .integer(cutout),
      "scale": .number(scale), "mean": mean, "deviation": deviation,
      "color_noise": .optional(colorNoise?.rawValue),
      "color_epochs": colorEpochs.map { .integer($0) } ?? .null,
      "color_divisor": .number(colorDivisor),
      "statistics": statistics.map { .integer($0) } ?? .null,
    ]
  }
}
