import Basics
import Datasets
import Layers
import Networks
import TensorFiles

extension Recipe {
  /// The value of `format` in every recipe's JSON.
  static let formatName = "alexnet-recipe"

  /// The names of the members, in the order in the file.
  static let fields = [
    "format", "version", "name", "title", "source", "network", "epochs", "batch", "optimizer",
    "rate", "bias_rate", "decay", "bias_decay", "layers", "schedule", "initialization", "dropout",
    "pictures", "validation", "crops", "seed",
  ]

  /// Members that are only written where they are set, and that old files lack.
  static let laterFields = ["freeze", "images_per_class", "from"]

  /// The recipe in a JSON text.
  ///
  /// - Throws: `RecipeError` with the first field that is unknown, missing, of the wrong kind or
  ///   out of range.
  package init(json text: String) throws(RecipeError) {
    let json: JSONValue
    do throws(JSONError) {
      json = try JSONParser.parse(Array(text.utf8))
    } catch {
      throw RecipeError("", "the recipe isn't JSON: at byte \(error.offset), \(error.reason)")
    }
    try self.init(RecipeValue(path: "", json: json))
  }

  init(_ json: RecipeValue) throws(RecipeError) {
    let all = try json.object()
    guard all["format"]?.json == .string(Self.formatName) else {
      throw RecipeError("", "not a recipe: \"format\": \"\(Self.formatName)\" is missing")
    }
    guard all["version"]?.json == .integer(1) else {
      throw RecipeError("version", "must be 1, the only known version")
    }
    let fields = try json.renamingMember("views", to: "crops").members(
      Self.fields, optional: Self.laterFields)
    func field(_ name: String) -> RecipeValue { fields[name]! }
    let (validation, validationPart) = try Self.validation(field("validation"))
    self.init(
      name: try field("name").text(), title: try field("title").text(),
      source: try field("source").text(), network: try field("network").text(),
      epochs: try field("epochs").whole(1...1_000_000),
      batch: try field("batch").whole(1...1_000_000),
      optimizer: try Optimizer(field("optimizer")),
      rate: try field("rate").rate(), biasRate: try field("bias_rate").rate(),
      decay: try field("decay").rate(), biasDecay: try field("bias_decay").rate(),
      layers: try Self.layers(field("layers")),
      schedule: try Schedule(field("schedule")),
      initialization: try field("initialization").word(),
      dropout: try Self.dropout(field("dropout")),
      pictures: try PictureSettings(field("pictures")),
      validation: validation, validationPart: validationPart,
      crops: try Self.crops(field("crops")),
      seed: UInt64(try field("seed").whole(0...Int.max)))
    freeze = try fields["freeze"]?.optional(Self.layerNames) ?? []
    imagesPerClass = try fields["images_per_class"]?.optional { value throws(RecipeError) in
      try value.whole(1...1_000_000)
    }
    from = try fields["from"]?.optional(StartingWeights.init)
    try requireConsistency()
  }

  private static func layerNames(_ json: RecipeValue) throws(RecipeError) -> [String] {
    var names: [String] = []
    for element in try json.elements() { names.append(try element.text(limit: 200)) }
    return names
  }

  private static func layers(
    _ json: RecipeValue
  ) throws(RecipeError) -> [String: LayerSettings] {
    var layers: [String: LayerSettings] = [:]
    for (name, value) in try json.object().sorted(by: { $0.key < $1.key }) {
      let members = try value.object()
      let known = LayerSettings.fields.map(\.name)
      if let unknown = members.keys.filter({ !known.contains($0) }).min() {
        throw RecipeError(
          value.path, "has no field \(printable(unknown))",
          hint: Suggestion.didYouMean(unknown, among: known, else: "the fields are"))
      }
      var settings = LayerSettings()
      for field in LayerSettings.fields {
        if let value = members[field.name] { settings[keyPath: field.path] = try value.rate() }
      }
      layers[name] = settings
    }
    return layers
  }

  /// A share of the training images (`0.1`) or of the test images (`"test:0.2"`).
  private static func validation(
    _ json: RecipeValue
  ) throws(RecipeError) -> (share: Double, part: ValidationPart) {
    let expected = "a share from 0 to below 1"
    let mark = "\(ValidationPart.test.rawValue):"
    guard case .string(let text) = json.json else {
      return (try json.number(expected) { (0..<1).contains($0) }, .train)
    }
    guard text.hasPrefix(mark), let share = Double(text.dropFirst(mark.count)),
      (0..<1).contains(share)
    else {
      throw json.takes(expected, hint: "test:0.2 takes a fifth of the test images")
    }
    return (share, .test)
  }

  private static func crops(_ json: RecipeValue) throws(RecipeError) -> TestCrops {
    guard case .string(let word) = json.json, let crops = TestCrops(named: word) else {
      throw json.notOne(of: TestCrops.allCases.map(\.rawValue) + ["multi-view"])
    }
    return crops
  }

  private static func dropout(
    _ json: RecipeValue
  ) throws(RecipeError) -> Dropout.Convention? {
    if json.json == .string("network") { return nil }
    guard case .string(let word) = json.json, let convention = Dropout.Convention(rawValue: word)
    else { throw json.notOne(of: ["network"] + Dropout.Convention.allCases.map(\.rawValue)) }
    return convention
  }
}

extension RecipeValue {
  /// A learning rate or a decay.
  func rate() throws(RecipeError) -> Double { try number("a number from 0") { $0 >= 0 } }
}

extension LayerSettings {
  static var fields: [(name: String, path: WritableKeyPath<LayerSettings, Double?>)] {
    [
      ("rate", \.rate), ("bias_rate", \.biasRate), ("decay", \.decay), ("bias_decay", \.biasDecay),
      ("rate_factor", \.rateFactor), ("bias_rate_factor", \.biasRateFactor),
    ]
  }
}

extension Optimizer {
  init(_ json: RecipeValue) throws(RecipeError) {
    func share(_ value: RecipeValue?) throws(RecipeError) -> Double {
      try value!.number("a number from 0 to below 1") { (0..<1).contains($0) }
    }
    switch try json.kind(among: Kind.self) {
    case .paper:
      self = .paper(momentum: try share(json.members(["kind", "momentum"])["momentum"]))
    case .pytorch:
      self = .pytorch(momentum: try share(json.members(["kind", "momentum"])["momentum"]))
    case .adam:
      let members = try json.members(["kind", "beta1", "beta2", "epsilon"])
      self = .adam(
        beta1: try share(members["beta1"]), beta2: try share(members["beta2"]),
        epsilon: try members["epsilon"]!.number("a number above 0") { $0 > 0 })
    }
  }
}

extension RecipeValue {
  /// The word in the member `kind`.
  func kind<Word: RawRepresentable<String> & CaseIterable>(
    among: Word.Type
  ) throws(RecipeError) -> Word {
    guard let kind = try object()["kind"] else {
      throw RecipeError("\(path).kind", "is missing")
    }
    return try kind.word()
  }
}

extension Schedule {
  init(_ json: RecipeValue) throws(RecipeError) {
    func share(_ value: RecipeValue?) throws(RecipeError) -> Double {
      try value!.number("a number from 0 to 1") { (0...1).contains($0) }
    }
    switch try json.kind(among: Kind.self) {
    case .constant:
      _ = try json.members(["kind"])
      self = .constant
    case .steps:
      var steps: [RateStep] = []
      for step in try json.members(["kind", "steps"])["steps"]!.elements() {
        steps.append(try RateStep(step))
      }
      self = .steps(steps)
    case .plateau:
      let members = try json.members(["kind", "factor", "patience", "most"])
      self = .plateau(
        Plateau(
          factor: try members["factor"]!.number("a number above 0 and below 1") {
            $0 > 0 && $0 < 1
          },
          patience: try members["patience"]!.whole(1...1_000_000),
          most: try members["most"]!.whole(0...1000)))
    case .oneCycle:
      let members = try json.members(["kind", "warm_up", "start", "final", "anneal"])
      self = .oneCycle(
        OneCycle(
          warmUp: try share(members["warm_up"]), start: try share(members["start"]),
          final: try share(members["final"]), anneal: try members["anneal"]!.word()))
    }
  }
}

extension RateStep {
  init(_ json: RecipeValue) throws(RecipeError) {
    let members = try json.members(["after", "factor"], optional: ["layer", "role"])
    self.init(
      after: try members["after"]!.whole(0...1_000_000), layer: try members["layer"]?.text(),
      role: try members["role"]?.word(), factor: try members["factor"]!.rate())
  }
}

extension PictureSettings {
  static let fields = [
    "resize", "crop", "padding", "mirror", "scale", "mean", "deviation", "color_noise",
    "color_epochs",
  ]

  /// Fields added later, which old files and checkpoints lack.
  static let laterFields = ["crop_chunk", "cutout", "color_divisor", "statistics"]

  init(_ json: RecipeValue) throws(RecipeError) {
    let fields = try json.members(Self.fields, optional: Self.laterFields)
    func side(_ name: String) throws(RecipeError) -> Int? {
      try fields[name]!.optional { value throws(RecipeError) in try value.whole(1...4096) }
    }
    self.init(
      resize: try side("resize"), crop: try side("crop"),
      padding: try fields["padding"]!.whole(0...4096), mirror: try fields["mirror"]!.truth(),
      cropChunk: try fields["crop_chunk"]?.whole(1...1_000_000) ?? 1,
      cutout: try fields["cutout"]?.whole(0...4096) ?? 0,
      scale: try fields["scale"]!.number("a number above 0") { $0 > 0 },
      mean: try Mean(fields["mean"]!), deviation: try Deviation(fields["deviation"]!),
      colorNoise: try fields["color_noise"]!.optional { value throws(RecipeError) in
        try value.word()
      },
      colorEpochs: try fields["color_epochs"]!.optional { value throws(RecipeError) in
        try value.whole(0...1_000_000)
      },
      colorDivisor: try fields["color_divisor"]?.number("a number above 0") { $0 > 0 } ?? 1,
      statistics: try fields["statistics"]?.optional { value throws(RecipeError) in
        try value.whole(1...Int(UInt32.max))
      })
  }
}

extension PictureSettings.Mean {
  init(_ json: RecipeValue) throws(RecipeError) {
    switch json.json {
    case .null: self = .none
    case .string("channels"): self = .channels
    case .string("image"): self = .image
    case .string("image-center"): self = .imageCenter
    case .array: self = .values(try json.numbers())
    case .boolean, .integer, .number, .float, .string, .object:
      throw json.takes("channels, image, image-center, a list of numbers, or none")
    }
  }
}

extension PictureSettings.Deviation {
  init(_ json: RecipeValue) throws(RecipeError) {
    switch json.json {
    case .null: self = .none
    case .string("channels"): self = .channels
    case .array:
      self = .values(try json.numbers("a number above 0") { $0 > 0 })
    case .boolean, .integer, .number, .float, .string, .object:
      throw json.takes("channels, a list of numbers, or none")
    }
  }
}

extension RecipeValue {
  /// A list of numbers, each of which must pass.
  func numbers(
    _ expected: String = "a number", where passes: (Double) -> Bool = { _ in true }
  ) throws(RecipeError) -> [Double] {
    var numbers: [Double] = []
    for element in try elements() { numbers.append(try element.number(expected, where: passes)) }
    return numbers
  }
}
