import Basics
import Layers
import TensorFiles

/// Turns the JSON of a network's file into a network, and reports what is wrong in it.
struct NetworkReader {
  let file: String
  let reserved: Set<String>

  func network(_ json: JSONValue) throws(NetworkFileError) -> Network {
    let keys = ["format", "version", "name", "title", "input", "labels", "layers"]
    guard case .object(let top) = json else {
      throw fail(nil, "must be an object, not \(json.kind)")
    }
    guard top["format"] == .string(NetworkFile.formatName) else {
      throw fail(nil, "not a network file: \"format\": \"\(NetworkFile.formatName)\" is missing")
    }
    guard top["version"] == .integer(1) else {
      throw fail("version", "only version 1 is known")
    }
    try refuseUnknown(top.names, known: keys, at: nil)
    let name = try name(top["name"], at: "name", besides: "-_.")
    var title = ""
    if let given = top["title"] {
      title = try text(given, at: "title", limit: 200, canBeEmpty: true)
    }
    return Network(
      name: name, title: title, input: try picture(top["input"]), layers: try layers(top["layers"]),
      labels: try labels(top["labels"]))
  }

  private func picture(_ json: JSONValue?) throws(NetworkFileError) -> PictureFormat {
    let keys = ["channels", "height", "width", "resize", "scale", "mean", "deviation"]
    guard case .object(let members) = json else {
      throw fail("input", "must be an object with \(keys.joined(separator: ", "))")
    }
    try refuseUnknown(members.names, known: keys, at: "input")
    func whole(_ name: String, upTo largest: Int) throws(NetworkFileError) -> Int {
      guard case .integer(let value) = members[name], (1...largest).contains(value) else {
        let range = "from 1 to \(NumberFormat.grouped(largest))"
        throw fail("input, \(name)", "must be a whole number \(range)")
      }
      return value
    }
    let channels = try whole("channels", upTo: 1024)
    let (height, width) = (
      try whole("height", upTo: PictureFormat.largestSide),
      try whole("width", upTo: PictureFormat.largestSide)
    )
    guard let scale = members["scale"]?.double, scale > 0 else {
      throw fail("input, scale", "must be a number above 0: the value of full brightness")
    }
    let numbers = "a list of numbers, one for each of the \(channels) channels"
    guard let mean = members["mean"]?.doubles, mean.count == channels else {
      throw fail("input, mean", "must be \(numbers)")
    }
    guard let deviation = members["deviation"]?.doubles, deviation.count == channels,
      deviation.allSatisfy({ $0 > 0 })
    else {
      throw fail("input, deviation", "must be \(numbers), all above 0")
    }
    var format = PictureFormat(side: 1, scale: scale, mean: mean, deviation: deviation)
    (format.channels, format.height, format.width) = (channels, height, width)
    if members["resize"] != nil {
      format.resize = try whole("resize", upTo: PictureFormat.largestSide)
    }
    guard format.shape().count <= ShapeError.mostElements else {
      throw fail("input", "\(format.shape().withoutBatch) is too large for any memory")
    }
    return format
  }

  private func labels(_ json: JSONValue?) throws(NetworkFileError) -> [String]? {
    guard let json else { return nil }
    guard case .array(let elements) = json else {
      throw fail("labels", "must be a list of strings, not \(json.kind)")
    }
    var labels: [String] = []
    for (index, element) in elements.enumerated() {
      labels.append(try text(element, at: "label \(index + 1)", limit: 200))
    }
    return labels
  }

  private func layers(_ json: JSONValue?) throws(NetworkFileError) -> [NamedLayer] {
    guard case .array(let elements) = json, !elements.isEmpty else {
      throw fail("layers", "must be a list of one layer or more")
    }
    guard elements.count <= NetworkFile.mostLayers else {
      let most = NumberFormat.grouped(NetworkFile.mostLayers)
      throw fail(
        "layers", "\(NumberFormat.grouped(elements.count)) are more than the \(most) allowed")
    }
    let reader = LayerReader(network: self)
    var layers: [NamedLayer] = []
    var places: [String: Int] = [:]
    for (index, element) in elements.enumerated() {
      let layer = try reader.layer(element, number: index + 1)
      if let other = places.updateValue(index + 1, forKey: layer.name) {
        throw fail("layer \(index + 1)", "layer \(other) is already called \(layer.name)")
      }
      layers.append(layer)
    }
    return layers
  }
}

// Shared by the readers of networks and layers.

extension NetworkReader {
  func fail(_ place: String?, _ reason: String, hint: String? = nil) -> NetworkFileError {
    NetworkFileError(file, place, reason, hint: hint)
  }

  /// Reports unknown members: the alphabetically first one.
  func refuseUnknown(
    _ names: some Collection<String>, known: [String], at place: String?
  ) throws(NetworkFileError) {
    guard let unknown = names.filter({ !known.contains($0) }).min() else { return }
    throw fail(
      place, "unknown name ‘\(brief(unknown))’",
      hint: Suggestion.didYouMean(unknown, among: known)
        ?? (known.isEmpty
          ? "only name and kind are known" : "known are \(known.joined(separator: ", "))"))
  }

  /// A string of one line.
  func text(
    _ json: JSONValue?, at place: String, limit: Int, canBeEmpty: Bool = false
  ) throws(NetworkFileError) -> String {
    guard case .string(let text) = json else {
      throw fail(place, json.map { "must be a string, not \($0.kind)" } ?? "it is missing")
    }
    guard text.unicodeScalars.count <= limit, printable(text, limit: .max) == text,
      canBeEmpty || !text.isEmpty
    else {
      throw fail(place, "must be one line of at most \(limit) characters")
    }
    return text
  }

  /// A name: a letter, then letters, digits and the characters in `besides`.
  func name(
    _ json: JSONValue?, at place: String, besides: String
  ) throws(NetworkFileError) -> String {
    let name = try text(json, at: place, limit: 64)
    let isName = name.unicodeScalars.enumerated().allSatisfy { index, scalar in
      switch scalar {
      case "a"..."z", "A"..."Z": true
      case "0"..."9": index > 0
      default: index > 0 && besides.unicodeScalars.contains(scalar)
      }
    }
    guard isName else {
      let others = besides.map(String.init).joined(separator: " ")
      throw fail(
        place, "‘\(brief(name))’ must be a letter, then letters, digits or \(others)")
    }
    return name
  }
}

extension JSONValue {
  /// The numbers of a list; nil if it isn't a list of numbers only.
  fileprivate var doubles: [Double]? {
    guard case .array(let elements) = self else { return nil }
    let doubles = elements.compactMap(\.double)
    return doubles.count == elements.count ? doubles : nil
  }
}
