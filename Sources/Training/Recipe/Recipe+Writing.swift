import Networks
import TensorFiles

extension Recipe {
  /// The recipe as JSON, which `init(json:)` reads; the same recipe gives the same text.
  public var json: String {
    let members = [
      ("format", Self.formatName.quotedAsJSON), ("version", "1"),
      ("name", name.quotedAsJSON), ("title", title.quotedAsJSON),
      ("source", source.quotedAsJSON), ("network", network.quotedAsJSON),
      ("epochs", "\(epochs)"), ("batch", "\(batch)"), ("optimizer", optimizer.json),
      ("rate", number(rate)), ("bias_rate", number(biasRate)), ("decay", number(decay)),
      ("bias_decay", number(biasDecay)), ("layers", layersJSON), ("schedule", schedule.json),
      ("initialization", initialization.rawValue.quotedAsJSON),
      ("dropout", (dropout?.rawValue ?? "network").quotedAsJSON), ("pictures", pictures.json),
      ("validation", validationJSON), ("views", views.rawValue.quotedAsJSON),
      ("seed", "\(seed)"),
    ]
    return "{\n" + members.map { "  \"\($0)\": \($1)" }.joined(separator: ",\n") + "\n}\n"
  }

  private var validationJSON: String {
    switch validationPart {
    case .train: number(validation)
    case .test: "\(validationPart.rawValue):\(Numerals.plain(validation))".quotedAsJSON
    }
  }

  private var layersJSON: String {
    object(
      layers.sorted { $0.key < $1.key }.map { name, settings in
        (
          name,
          object(
            LayerSettings.fields.compactMap { field in
              settings[keyPath: field.path].map { (field.name, number($0)) }
            })
        )
      })
  }
}

extension Optimizer {
  var json: String {
    let kind = ("kind", self.kind.rawValue.quotedAsJSON)
    switch self {
    case .paper(let momentum), .pytorch(let momentum):
      return object([kind, ("momentum", number(momentum))])
    case .adam(let beta1, let beta2, let epsilon):
      return object([
        kind, ("beta1", number(beta1)), ("beta2", number(beta2)), ("epsilon", number(epsilon)),
      ])
    }
  }
}

extension Schedule {
  var json: String {
    let kind = ("kind", self.kind.rawValue.quotedAsJSON)
    switch self {
    case .constant: return object([kind])
    case .steps(let steps):
      let list = steps.map { step in
        object(
          [("after", "\(step.after)")] + (step.layer.map { [("layer", $0.quotedAsJSON)] } ?? [])
            + (step.role.map { [("role", $0.rawValue.quotedAsJSON)] } ?? [])
            + [("factor", number(step.factor))])
      }
      return object([kind, ("steps", "[\(list.joined(separator: ", "))]")])
    case .plateau(let plateau):
      return object([
        kind, ("factor", number(plateau.factor)), ("patience", "\(plateau.patience)"),
        ("most", "\(plateau.most)"),
      ])
    case .oneCycle(let cycle):
      return object([
        kind, ("warm_up", number(cycle.warmUp)), ("start", number(cycle.start)),
        ("final", number(cycle.final)), ("anneal", cycle.anneal.rawValue.quotedAsJSON),
      ])
    }
  }
}

extension PictureSettings {
  var json: String {
    let meanJSON =
      switch mean {
      case .none: "null"
      case .channels: "\"channels\""
      case .image: "\"image\""
      case .imageCenter: "\"image-center\""
      case .values(let values): list(values)
      }
    let deviationJSON =
      switch deviation {
      case .none: "null"
      case .channels: "\"channels\""
      case .values(let values): list(values)
      }
    return object([
      ("resize", resize.map(String.init) ?? "null"), ("crop", crop.map(String.init) ?? "null"),
      ("padding", "\(padding)"), ("mirror", "\(mirror)"), ("crop_chunk", "\(cropChunk)"),
      ("scale", number(scale)),
      ("mean", meanJSON), ("deviation", deviationJSON),
      ("color_noise", colorNoise?.rawValue.quotedAsJSON ?? "null"),
      ("color_epochs", colorEpochs.map(String.init) ?? "null"),
      ("color_divisor", number(colorDivisor)),
    ])
  }
}

/// A number as JSON. NaN and infinity can't be read back, so the reader rejects them.
private func number(_ value: Double) -> String {
  value.isFinite ? Numerals.plain(value) : "\"\(value)\""
}

private func list(_ values: [Double]) -> String {
  "[\(values.map(number).joined(separator: ", "))]"
}

private func object(_ members: [(String, String)]) -> String {
  "{\(members.map { "\($0.quotedAsJSON): \($1)" }.joined(separator: ", "))}"
}
