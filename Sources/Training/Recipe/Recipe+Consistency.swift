import Basics
import Datasets
import Networks

extension Recipe {
  /// Checks everything that doesn't need the network or images: ranges, and fields that depend on
  /// each other.
  ///
  /// - Throws: `RecipeError` with the first field that is wrong.
  package func requireConsistency() throws(RecipeError) {
    func require(
      _ field: String, _ value: Double, _ expected: String, _ passes: Bool
    ) throws(RecipeError) {
      guard value.isFinite, passes else {
        throw RecipeError(
          field, "takes \(expected), not \(NumberFormat.shortest(value, minus: .hyphen))")
      }
    }
    func whole(_ field: String, _ value: Int, from least: Int) throws(RecipeError) {
      guard value >= least else {
        throw RecipeError(field, "takes a whole number from \(least), not \(value)")
      }
    }
    try whole("epochs", epochs, from: 1)
    try whole("batch", batch, from: 1)
    if let imagesPerClass { try whole("images_per_class", imagesPerClass, from: 1) }
    for (field, value) in [
      ("rate", rate), ("bias_rate", biasRate), ("decay", decay), ("bias_decay", biasDecay),
    ] {
      try require(field, value, "a number from 0", value >= 0)
    }
    for (name, settings) in layers.sorted(by: { $0.key < $1.key }) {
      for field in LayerSettings.fields {
        guard let value = settings[keyPath: field.path] else { continue }
        try require("layers.\(name).\(field.name)", value, "a number from 0", value >= 0)
      }
    }
    switch optimizer {
    case .paper(let momentum), .pytorch(let momentum):
      try require(
        "optimizer.momentum", momentum, "a number from 0 to below 1", (0..<1).contains(momentum))
    case .adam(let beta1, let beta2, let epsilon):
      for (field, value) in [("beta1", beta1), ("beta2", beta2)] {
        try require(
          "optimizer.\(field)", value, "a number from 0 to below 1", (0..<1).contains(value))
      }
      try require("optimizer.epsilon", epsilon, "a number above 0", epsilon > 0)
    }
    try require(
      "validation", validation, "a share from 0 to below 1", (0..<1).contains(validation))
    if validationPart == .test, validation == 0 {
      throw RecipeError(
        "validation", "takes a share above 0 of the test images",
        hint: "test:0.2 takes a fifth of them; 0 holds nothing back")
    }
    if case .plateau = schedule, validation == 0 {
      throw RecipeError(
        "validation", "is 0, but the schedule waits for validation to improve",
        hint: "hold some images back (validation=0.1), or choose another schedule")
    }
    guard seed <= UInt64(Int.max) else {
      throw RecipeError("seed", "takes a whole number from 0 to \(Int.max), not \(seed)")
    }
    try pictures.requireConsistency()
  }
}

extension PictureSettings {
  fileprivate func requireConsistency() throws(RecipeError) {
    guard scale.isFinite, scale > 0 else {
      throw RecipeError(
        "pictures.scale",
        "takes a number above 0, not \(NumberFormat.shortest(scale, minus: .hyphen))")
    }
    for (field, side) in [("resize", resize), ("crop", crop)] {
      if let side, side < 1 {
        throw RecipeError("pictures.\(field)", "takes a whole number from 1, not \(side)")
      }
    }
    guard padding >= 0 else {
      throw RecipeError("pictures.padding", "takes a whole number from 0, not \(padding)")
    }
    if padding > 0, crop == nil {
      throw RecipeError(
        "pictures.padding", "is \(padding), but images aren't cropped after it",
        hint: "set pictures.crop to the side that the network takes")
    }
    if let resize, let crop, crop > resize + 2 * padding {
      throw RecipeError(
        "pictures.crop", "is \(crop), which can't be cropped from images scaled to \(resize)")
    }
    if case .values(let values) = mean, !values.allSatisfy(\.isFinite) {
      throw RecipeError("pictures.mean", "takes finite numbers")
    }
    if case .values(let values) = deviation, !values.allSatisfy({ $0.isFinite && $0 > 0 }) {
      throw RecipeError("pictures.deviation", "takes numbers above 0")
    }
    guard cropChunk >= 1 else {
      throw RecipeError("pictures.crop_chunk", "takes a whole number from 1, not \(cropChunk)")
    }
    guard cutout >= 0 else {
      throw RecipeError("pictures.cutout", "takes a whole number from 0, not \(cutout)")
    }
    guard colorDivisor.isFinite, colorDivisor > 0 else {
      throw RecipeError(
        "pictures.color_divisor",
        "takes a number above 0, not \(NumberFormat.shortest(colorDivisor, minus: .hyphen))")
    }
    if colorEpochs != nil, colorNoise == nil {
      throw RecipeError("pictures.color_epochs", "is set, but color_noise isn't")
    }
  }
}

extension Recipe {
  /// The network that the recipe names, with as many outputs as the data has classes: the paper's
  /// 1000 become 10 for CIFAR-10.
  ///
  /// - Throws: `RecipeError` if the zoo has no network of that name.
  package func zooNetwork(for dataset: Dataset) throws(RecipeError) -> Network {
    guard let found = Zoo.network(named: network) else {
      let names = Zoo.networks.map(\.name)
      throw RecipeError(
        "network", "is ‘\(network.prefix(60))’, and there is no network of that name",
        hint: Suggestion.didYouMean(network, among: names, else: "the networks are"))
    }
    let classes = dataset.train.classNames
    return found.classCount == classes.count ? found : found.telling(classes)
  }

  /// The recipe with settings of `last` as those of the network's last layer with parameters.
  func namingLastLayer(of network: Network) throws -> Recipe {
    guard let settings = layers["last"], network.index(of: "last") == nil,
      let last = try network.geometry().last(where: { !$0.parameters.isEmpty })
    else { return self }
    var recipe = self
    recipe.layers["last"] = nil
    recipe.layers[last.name] = settings.merging(layers[last.name])
    return recipe
  }

  /// The positions of the layers that `freeze` names.
  ///
  /// - Throws: `RecipeError` if a layer doesn't exist, or if nothing is left to train.
  func frozenLayers(in network: Network) throws -> Set<Int> {
    guard !freeze.isEmpty else { return [] }
    let frozen = try LayerRanges.positions(freeze, in: network, field: "freeze")
    guard
      try network.geometry().contains(where: { $0.trainableCount > 0 && !frozen.contains($0.index) }
      )
    else {
      throw RecipeError(
        "freeze", "names every layer of \(network.name) that has parameters",
        hint: "leave at least the last one to train")
    }
    return frozen
  }
}

extension LayerSettings {
  /// These settings, except where others are given.
  func merging(_ others: LayerSettings?) -> LayerSettings {
    guard let others else { return self }
    var merged = self
    for field in Self.fields {
      if let value = others[keyPath: field.path] { merged[keyPath: field.path] = value }
    }
    return merged
  }
}
