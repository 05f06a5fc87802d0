import Datasets
import Networks
import Testing

@testable import Training

/// Recipes in files, and changes to them.
@Suite struct RecipeTests {
  /// Every recipe is valid, names its source, and is restored from its JSON unchanged.
  @Test(arguments: Recipes.all)
  func roundTrip(_ recipe: Recipe) throws {
    #expect(try Recipe(json: recipe.json) == recipe)
    #expect(try Recipe(json: recipe.json).json == recipe.json)
    #expect(!recipe.source.contains("\n") && recipe.source.hasSuffix("."))
    #expect(try Recipes.recipe(named: recipe.name) == recipe)
  }

  /// Every recipe fits its network and images like CIFAR-10's.
  @Test(arguments: Recipes.all)
  func fits(_ recipe: Recipe) throws {
    let count = 40
    let set = PictureSet(
      name: "grey", classNames: Zoo.cifar10Labels, channels: 3, height: 32, width: 32,
      pixels: (0..<(count * 3072)).map { UInt8($0 % 251) },
      labels: (0..<count).map { UInt8($0 % 10) })
    let dataset = Dataset(name: "grey", train: set, test: set)
    var recipe = recipe
    (recipe.batch, recipe.validation) = (2, 0.25)
    let parts = try TrainingParts(
      network: recipe.zooNetwork(for: dataset), dataset: dataset, recipe: recipe)
    #expect(parts.network.classCount == 10)
    #expect(parts.geometry.count == parts.network.layers.count)
  }

  struct Setting: CustomTestStringConvertible, Sendable {
    let name: String
    let text: String
    let change: @Sendable (inout Recipe) -> Void
    var testDescription: String { "\(name)=\(text)" }
    init(_ name: String, _ text: String, _ change: @escaping @Sendable (inout Recipe) -> Void) {
      (self.name, self.text, self.change) = (name, text, change)
    }
  }

  @Test(arguments: [
    Setting("rate", "0.5", { $0.rate = 0.5 }),
    Setting("rate", "1e9", { $0.rate = 1e9 }),
    Setting("rate", ".5", { $0.rate = 0.5 }),
    Setting("bias-rate", "2", { $0.biasRate = 2 }),
    Setting("epochs", "7", { $0.epochs = 7 }),
    Setting("seed", "9", { $0.seed = 9 }),
    Setting("network", "alexnet32", { $0.network = "alexnet32" }),
    Setting("name", "12", { $0.name = "12" }),
    Setting("momentum", "0.5", { $0.optimizer = .paper(momentum: 0.5) }),
    Setting("optimizer.momentum", "0.5", { $0.optimizer = .paper(momentum: 0.5) }),
    Setting("optimizer", "adam", { $0.optimizer = .adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8) }),
    Setting("optimizer.kind", "pytorch", { $0.optimizer = .pytorch(momentum: 0.9) }),
    Setting("schedule", "one-cycle", { $0.schedule = .oneCycle(OneCycle()) }),
    Setting("schedule", "plateau", { $0.schedule = .plateau(Plateau()) }),
    Setting("schedule", "constant", { $0.schedule = .constant }),
    Setting("schedule", "source-2012", { $0.schedule = .source2012 }),
    Setting("schedule", "8:0.1", { $0.schedule = .steps([RateStep(after: 8, factor: 0.1)]) }),
    Setting(
      "schedule", "conv1.weight@8:0.1",
      { $0.schedule = .steps([RateStep(after: 8, layer: "conv1", role: .weight, factor: 0.1)]) }),
    Setting("steps", "8:0.1", { $0.schedule = .steps([RateStep(after: 8, factor: 0.1)]) }),
    Setting(
      "schedule.steps", "[{\"after\": 8, \"factor\": 0.1}]",
      { $0.schedule = .steps([RateStep(after: 8, factor: 0.1)]) }),
    Setting("layers.conv1.rate", "3", { $0.layers["conv1"] = LayerSettings(rate: 3) }),
    Setting("conv1.bias-decay", "3", { $0.layers["conv1"] = LayerSettings(biasDecay: 3) }),
    Setting(
      "fc10.rate", "0.1", { $0.layers["fc10"] = LayerSettings(rate: 0.1, decay: 1) }),
    Setting("fc10.decay", "none", { $0.layers["fc10"] = LayerSettings() }),
    Setting(
      "fc10.rate-factor", "10", { $0.layers["fc10"] = LayerSettings(decay: 1, rateFactor: 10) }),
    Setting(
      "layers.conv1.bias_rate_factor", "2",
      { $0.layers["conv1"] = LayerSettings(biasRateFactor: 2) }),
    Setting("freeze", "conv1...conv3", { $0.freeze = ["conv1...conv3"] }),
    Setting("freeze", "conv1, conv2 fc10", { $0.freeze = ["conv1", "conv2", "fc10"] }),
    Setting("freeze", "none", { _ in }),
    Setting("images-per-class", "20", { $0.imagesPerClass = 20 }),
    Setting("images_per_class", "none", { _ in }),
    Setting("crop", "24", { $0.pictures.crop = 24 }),
    Setting("pictures.mirror", "true", { $0.pictures.mirror = true }),
    Setting("mean", "channels", { $0.pictures.mean = .channels }),
    Setting("mean", "image-center", { $0.pictures.mean = .imageCenter }),
    Setting("crop-chunk", "32", { $0.pictures.cropChunk = 32 }),
    Setting("cutout", "12", { $0.pictures.cutout = 12 }),
    Setting("pictures.color_divisor", "1.1", { $0.pictures.colorDivisor = 1.1 }),
    Setting("statistics", "10000", { $0.pictures.statistics = 10_000 }),
    Setting("pictures.statistics", "none", { $0.pictures.statistics = nil }),
    Setting("mean", "none", { $0.pictures.mean = .none }),
    Setting("mean", "[1, 2, 3]", { $0.pictures.mean = .values([1, 2, 3]) }),
    Setting("color-noise", "paper", { $0.pictures.colorNoise = .paper }),
    Setting("initialization", "he", { $0.initialization = .he }),
    Setting("dropout", "inverted", { $0.dropout = .inverted }),
    Setting("dropout", "network", { $0.dropout = nil }),
    Setting("crops", "ten-crop", { $0.crops = .tenCrop }),
    Setting("views", "ten-crop", { $0.crops = .tenCrop }),
    Setting("crops", "multi-view", { $0.crops = .tenCrop }),
    Setting("validation", "0", { $0.validation = 0 }),
    Setting("validation", "test:0.2", { ($0.validation, $0.validationPart) = (0.2, .test) }),
    Setting("validation", "test:.25", { ($0.validation, $0.validationPart) = (0.25, .test) }),
  ])
  func setting(_ it: Setting) throws {
    var expected = Recipe.cudaConvnet18
    it.change(&expected)
    #expect(try Recipe.cudaConvnet18.setting(it.name, to: it.text) == expected)
  }

  @Test(arguments: [
    ("rat", "1", "rat isn't a field of a recipe; did you mean rate?"),
    (
      "schedule.patience", "1",
      "schedule.patience belongs to another schedule; set schedule=plateau first"
    ),
    ("", "1", "a setting has no name; write it as rate=0.01"),
    ("beta1", "1", "optimizer.beta1 belongs to another optimizer; set optimizer=adam first"),
    ("anneal", "1", "schedule.anneal belongs to another schedule; set schedule=one-cycle first"),
    ("network.rate", "1", "network.rate isn't a field of a recipe"),
    ("format", "1", "format isn't a field of a recipe"),
    (
      "conv1.rte", "1",
      "conv1.rte isn't a field: a layer has rate, bias_rate, decay, bias_decay, rate_factor, "
        + "bias_rate_factor; did you mean conv1.rate?"
    ),
    ("from", "trained", "from isn't set by --set; train --from WEIGHTS"),
    ("images-per-class", "0", "images_per_class takes a whole number from 1 to 1,000,000, not 0"),
    (
      "fc10.rate-factor", "-1", "layers.fc10.rate_factor takes a number from 0, not -1"
    ),
    ("rate", "-1", "rate takes a number from 0, not -1"),
    ("rate", "nan", "rate takes a number from 0, not ‘nan’"),
    ("rate", "fast", "rate takes a number from 0, not ‘fast’"),
    ("rate", "none", "rate takes a number from 0, not nothing"),
    ("epochs", "0", "epochs takes a whole number from 1 to 1,000,000, not 0"),
    ("epochs", "2.5", "epochs takes a whole number from 1 to 1,000,000, not 2.5"),
    ("batch", "-4", "batch takes a whole number from 1 to 1,000,000, not -4"),
    ("conv1.rate", "x", "layers.conv1.rate takes a number from 0, not ‘x’"),
    (
      "optimizer", "adm",
      "optimizer.kind takes one of paper, pytorch, adam, not ‘adm’; "
        + "did you mean adam?"
    ),
    ("optimizer", "3", "optimizer takes an object, not 3"),
    (
      "schedule", "stepz",
      "schedule.kind takes one of constant, steps, plateau, one-cycle, "
        + "not ‘stepz’; did you mean steps?"
    ),
    (
      "initialization", "hee",
      "initialization takes one of network, paper, source-2012, "
        + "cuda-convnet, he, xavier, not ‘hee’; did you mean he?"
    ),
    (
      "dropout", "outverted",
      "dropout takes one of network, paper, inverted, not ‘outverted’; "
        + "did you mean inverted?"
    ),
    ("mirror", "yes", "pictures.mirror takes true or false, not ‘yes’"),
    (
      "mean", "5",
      "pictures.mean takes channels, image, image-center, a list of numbers, or none, not 5"
    ),
    ("cutout", "-1", "pictures.cutout takes a whole number from 0 to 4,096, not -1"),
    ("crop_chunk", "0", "pictures.crop_chunk takes a whole number from 1 to 1,000,000, not 0"),
    (
      "statistics", "0",
      "pictures.statistics takes a whole number from 1 to 4,294,967,295, not 0"
    ),
    ("color_divisor", "0", "pictures.color_divisor takes a number above 0, not 0"),
    (
      "validation", "tests:0.2",
      "validation takes a share from 0 to below 1, not ‘tests:0.2’; "
        + "test:0.2 takes a fifth of the test images"
    ),
    ("validation", "test:1", "validation takes a share from 0 to below 1, not ‘test:1’"),
    ("validation", "test:nan", "validation takes a share from 0 to below 1, not ‘test:nan’"),
    ("validation", "test:", "validation takes a share from 0 to below 1, not ‘test:’"),
    ("validation", "test:0", "validation takes a share above 0 of the test images"),
    ("mean", "[1, \"a\"]", "pictures.mean[1] takes a number, not ‘a’"),
    ("validation", "1", "validation takes a share from 0 to below 1, not 1"),
    ("padding", "4", "pictures.padding is 4, but images aren't cropped after it"),
    ("crops", "all", "crops takes one of center, mirrored, ten-crop, multi-view, not ‘all’"),
    ("seed", "-1", "seed takes a whole number from 0"),
  ])
  func badSetting(_ name: String, _ text: String, _ message: String) {
    let error = #expect(throws: RecipeError.self) {
      _ = try Recipe.cudaConvnet18.setting(name, to: text)
    }
    #expect(error?.description.hasPrefix(message) == true, "\(error?.description ?? "")")
  }

  /// What is replaced in the JSON, and the error.
  @Test(arguments: [
    (
      "\"epochs\": 140", "\"epochs\": 140, \"epoch\": 1",
      "unknown field epoch; did you mean epochs?"
    ),
    ("\"epochs\": 140,", "", "epochs is missing"),
    (
      "\"epochs\": 140", "\"epochs\": \"140\"",
      "epochs takes a whole number from 1 to 1,000,000, not ‘140’"
    ),
    (
      "\"momentum\": 0.9", "\"momentum\": null",
      "optimizer.momentum takes a number from 0 to below 1, not nothing"
    ),
    (", \"momentum\": 0.9", "", "optimizer.momentum is missing"),
    (
      "\"momentum\": 0.9", "\"momentum\": 0.9, \"nesterov\": true",
      "optimizer has no field nesterov; the fields are kind, momentum"
    ),
    ("\"after\": 130", "\"after\": -1", "schedule.steps[1].after takes a whole number from 0"),
    ("\"decay\": 1}", "\"decay\": {}}", "layers.fc10.decay takes a number from 0, not an object"),
    ("\"padding\": 0, ", "", "pictures.padding is missing"),
    (
      "\"alexnet-recipe\"", "\"alexnet-network\"",
      "not a recipe: \"format\": \"alexnet-recipe\" is missing"
    ),
    ("\"version\": 1", "\"version\": 2", "version must be 1, the only known version"),
    ("\"crops\": \"center\"", "\"crops\": 3", "crops takes one of center"),
    ("\"rate\": 0.001,", "\"rate\": 0.001 \"x\"", "the recipe isn't JSON: at byte"),
  ])
  func badJSON(_ old: String, _ new: String, _ message: String) throws {
    let json = Recipe.cudaConvnet18.json
    #expect(json.contains(old))
    let error = #expect(throws: RecipeError.self) {
      _ = try Recipe(json: json.replacing(old, with: new, maxReplacements: 1))
    }
    #expect(error?.description.hasPrefix(message) == true, "\(error?.description ?? "")")
  }

  /// Recipes and checkpoints from before some fields existed keep their meaning.
  @Test(arguments: Recipes.all.filter { $0.pictures.cropChunk == 1 && $0.pictures.cutout == 0 })
  func withoutLaterFields(_ recipe: Recipe) throws {
    let old = recipe.json.replacing("\"crop_chunk\": 1, ", with: "")
      .replacing("\"cutout\": 0, ", with: "")
      .replacing(", \"color_divisor\": 1, \"statistics\": null", with: "")
    #expect(!PictureSettings.laterFields.contains { old.contains($0) })
    if recipe.from == nil { #expect(!Recipe.laterFields.contains { old.contains("\"\($0)\"") }) }
    #expect(try Recipe(json: old) == recipe)
  }

  /// `crops` was called `views` once; both together are refused.
  @Test func oldNameOfCrops() throws {
    let new = Recipe.cudaConvnet13.json
    let old = new.replacing("\"crops\": ", with: "\"views\": ")
    #expect(old != new)
    #expect(try Recipe(json: old) == .cudaConvnet13)
    let both = new.replacing("\"crops\": ", with: "\"views\": \"center\", \"crops\": ")
    #expect(throws: RecipeError.self) { try Recipe(json: both) }
  }

  /// The rates of the 2012 program's ILSVRC-2010 run: weights and biases of conv1 and conv2.
  @Test(
    arguments: [
      (0, [0.01, 0.002], [0.01, 0.002]), (22, [0.01, 0.002], [0.01, 0.002]),
      (23, [1e-3, 0.002], [1e-3, 0.002]), (51, [1e-4, 0.002], [1e-4, 0.002]),
      (68, [1e-5, 0.002], [1e-4, 0.002]), (72, nil, [1e-4, 0.002]), (78, nil, [1e-5, 0.002]),
      (92, nil, [1e-5, 0.002]),
    ] as [(Int, [Double]?, [Double])])
  func source2012Rates(epoch: Int, conv1: [Double]?, conv2: [Double]) throws {
    let recipe = Recipe.source2012
    let geometry = try #require(Zoo.network(named: recipe.network)).geometry()
    var rules = StepRules(recipe, geometry: geometry)
    rules.set(at: SchedulePlace(epoch: epoch, step: 0, steps: 1), state: ScheduleState())
    for (name, rates) in [("conv1", conv1), ("conv2", conv2)] {
      let layer = try #require(geometry.first { $0.name == name })
      let found = rules.rules[layer.index]
      guard let rates else {
        // There is no rule: neither weights nor biases change.
        #expect(found == [nil, nil], "\(name)")
        continue
      }
      for (rule, (rate, decay)) in zip(found, [(rates[0], 0.0005), (rates[1], 0)]) {
        guard case .paper(let got, momentum: 0.9, decay: decay)? = rule else {
          Issue.record("\(name): \(String(describing: rule))")
          continue
        }
        #expect(abs(got - rate) < 1e-12, "\(name)")
      }
    }
  }

  /// The 2012 program's image processing, while colours are noisy and afterwards.
  @Test func source2012Pictures() throws {
    let pictures = Recipe.source2012.pictures
    #expect(pictures.options.cropChunk == 32 && pictures.options.center == .imageCenter)
    #expect(pictures.deviation == .none)
    #expect(
      pictures.options.colorNoise == .init(deviation: 0.1, amount: .deviations, divisor: 1.1))
    #expect(pictures.isNoisy(epoch: 67) && !pictures.isNoisy(epoch: 68))
    let set = PictureSet(
      name: "grey", classNames: ["a"], channels: 3, height: 8, width: 8,
      pixels: [UInt8](repeating: 7, count: 192) + [UInt8](repeating: 9, count: 192), labels: [0, 0])
    var small = pictures
    (small.resize, small.crop) = (nil, 6)
    let quiet = try small.pipeline(for: set).withoutColorNoise()
    #expect(quiet.options.colorNoise == nil && quiet.options.center == .imageCenter)
  }

  /// What a run that started from weights records is read back; a broken record is refused.
  @Test func startingWeights() throws {
    var recipe = Recipe.cudaConvnet18
    recipe.from = .file(name: "/tmp/my weights.pth", digest: String(repeating: "0f", count: 32))
    (recipe.freeze, recipe.imagesPerClass) = (["conv1...conv3", "fc10"], 7)
    #expect(try Recipe(json: recipe.json) == recipe)
    for (old, new, message) in [
      ("0f0f", "xyz", "from.sha256 takes 64 hexadecimal digits, not"),
      ("\"sha256\"", "\"digest\"", "from has no field digest"),
      ("[\"conv1...conv3\", ", "[3, ", "freeze[0] takes a text, not 3"),
      ("\"images_per_class\": 7", "\"images_per_class\": 0", "images_per_class takes"),
    ] {
      #expect(recipe.json.contains(old))
      let error = #expect(throws: RecipeError.self) {
        _ = try Recipe(json: recipe.json.replacing(old, with: new, maxReplacements: 1))
      }
      #expect(error?.description.hasPrefix(message) == true, "\(error?.description ?? "")")
    }
  }

  @Test func unknownRecipe() {
    let error = #expect(throws: RecipeError.self) { try Recipes.recipe(named: "cuda-convnet-19") }
    #expect(error?.description.hasSuffix("did you mean cuda-convnet-18?") == true)
  }

  /// The published decays of every layer.
  @Test(arguments: [
    (Recipe.cudaConvnet26, [0.004, 0.004, 0.004, 0.03, 0.03]),
    (.cudaConvnet18, [0.004, 0.004, 0.004, 1]),
    (.cudaConvnet13, [0, 0, 0.004, 0.004, 0.004]),
    (.cudaConvnet11, [0, 0, 0.004, 0.004, 0.01]),
  ])
  func publishedDecays(_ recipe: Recipe, _ decays: [Double]) throws {
    let network = try #require(Zoo.network(named: recipe.network))
    let geometry = try network.geometry()
    var rules = StepRules(recipe, geometry: geometry)
    rules.set(at: SchedulePlace(epoch: 0, step: 0, steps: 1), state: ScheduleState())
    let found = rules.rules.filter { !$0.isEmpty }
    #expect(
      found
        == decays.map {
          [
            .paper(rate: 0.001, momentum: 0.9, decay: $0),
            .paper(rate: 0.002, momentum: 0.9, decay: 0),
          ]
        })
  }
}
