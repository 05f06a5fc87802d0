import Basics
import Layers
import Tensors

// `set` for the whole network.

extension PictureFormat {
  /// The most rows or columns that an image may have.
  public static let largestSide = 16_384
}

extension Network {
  mutating func setWhole(_ name: String, _ value: FieldValue) throws(EditError) {
    guard Self.settings.contains(name) else { throw unknownSetting(name, value) }
    guard name != "classes" || layers.contains(where: { $0.layer.kind == .linear }) else {
      throw EditError("\(self.name) has no fully connected layer whose outputs could be classes")
    }
    do throws(FieldProblem) {
      switch name {
      case "input":
        let side = try value.asWhole(upTo: PictureFormat.largestSide)
        (input.height, input.width) = (side, side)
      case "classes":
        let classes = try value.asWhole(upTo: ShapeError.largest)
        let last = layers.lastIndex { $0.layer.kind == .linear }!
        layers[last].setKnown("outputs", .whole(classes))
      case "rounding":
        let rounding: Rounding = try value.asWord()
        for index in layers.indices where layers[index].layer.window != nil {
          layers[index].setKnown("rounding", .word(rounding.rawValue))
        }
      case "convention":
        let convention: NormalizationConvention = try value.asWord()
        for index in layers.indices
        where layers[index].layer.kind == .localResponseNormalization {
          layers[index].setKnown("convention", .word(convention.rawValue))
        }
      case "activation": setActivation(try value.asWord())
      default: preconditionFailure("Every setting is handled: \(name).")
      }
    } catch {
      throw EditError(
        "\(name) takes \(error.expected), not ‘\(brief("\(value)"))’", hint: error.suggestion)
    }
  }

  private func unknownSetting(_ name: String, _ value: FieldValue) -> EditError {
    if let index = index(of: name) {
      let fields = layers[index].layer.kind.fields.map { "\(name).\($0.name)" }
      let wanted = Activation.Kind(rawValue: "\(value)")?.rawValue
      if layers[index].layer.kind.family == .activation, wanted != nil || fields.isEmpty {
        return EditError(
          "\(name) is a layer, and activations are only set all together",
          hint: "set activation \(wanted ?? "tanh") sets all of them; remove and insert change one")
      }
      return EditError(
        "\(name) is a layer",
        hint: fields.isEmpty ? "it has no settings" : "set \(fields.joined(separator: ", "))")
    }
    return EditError(
      "unknown setting ‘\(brief(name))’",
      hint: Suggestion.didYouMean(name, among: Self.settings, else: "write LAYER.FIELD, or one of"))
  }

  /// Replaces every activation by one of this kind, with its usual settings. Layers named after the
  /// old one are renamed: `relu1` becomes `tanh1`.
  private mutating func setActivation(_ kind: Activation.Kind) {
    for index in layers.indices {
      guard case .activation(let old) = layers[index].layer else { continue }
      layers[index].layer = .activation(Activation(kind))
      let renamed = kind.rawValue + layers[index].name.dropFirst(old.kind.rawValue.count)
      if layers[index].name.hasPrefix(old.kind.rawValue), self.index(of: renamed) == nil {
        layers[index].name = renamed
      }
    }
  }
}

extension NamedLayer {
  /// Sets a field to a value; both have been checked.
  mutating func setKnown(_ field: String, _ value: FieldValue) {
    do throws(EditError) {
      try set(field, to: value)
    } catch {
      preconditionFailure("The field and its value were checked before: \(error)")
    }
  }
}

extension FieldValue {
  fileprivate func asWhole(upTo largest: Int) throws(FieldProblem) -> Int {
    guard case .whole(let whole) = self, (1...largest).contains(whole) else {
      throw FieldProblem(expected: "a whole number from 1 to \(NumberFormat.grouped(largest))")
    }
    return whole
  }
}
