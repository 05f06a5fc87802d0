import Datasets
import Layers
import Networks

/// Every setting of a training run except the data and the engine: the same recipe, data, engine
/// and threads give the same network, bit for bit.
package struct Recipe: Hashable, Sendable {
  /// Its name for `--recipe`.
  package var name: String
  /// A description in one line.
  package var title: String
  /// The source of its numbers, and which of them this project chose because the source doesn't state
  /// them.
  package var source: String
  /// The network to train, by its name in the zoo.
  package var network: String
  /// The number of passes over the training images.
  package var epochs: Int
  /// The number of images per step.
  package var batch: Int
  /// The optimizer.
  package var optimizer: Optimizer
  /// The learning rate of weights.
  package var rate: Double
  /// The learning rate of biases.
  package var biasRate: Double
  /// The decay λ of weights.
  package var decay: Double
  /// The decay λ of biases.
  package var biasDecay: Double
  /// Different settings of single layers, by their names; `last` is the last layer with parameters.
  package var layers: [String: LayerSettings]
  /// How the rates change.
  package var schedule: Schedule
  /// How the parameters are initialized.
  package var initialization: InitializationScheme
  /// When kept elements are rescaled; nil leaves it to the network.
  package var dropout: Dropout.Convention?
  /// How images are prepared.
  package var pictures: PictureSettings
  /// The share of the training images held back for validation, equally from each class; a share of
  /// the test images if `validationPart` says so.
  package var validation: Double
  /// Where validation images are taken from.
  package var validationPart: ValidationPart
  /// The crops per image in a test.
  package var crops: TestCrops
  /// The seed of everything random.
  package var seed: UInt64
  /// Layers whose parameters stay as they are: names and ranges such as `conv1...conv3`.
  package var freeze: [String] = []
  /// How many training images of each class are used, those held back for validation included;
  /// nil for all.
  package var imagesPerClass: Int?
  /// The trained weights that a run starts from; nil if all are drawn.
  package var from: StartingWeights?

  /// A recipe.
  package init(
    name: String, title: String, source: String, network: String, epochs: Int, batch: Int,
    optimizer: Optimizer, rate: Double, biasRate: Double? = nil, decay: Double = 0,
    biasDecay: Double = 0, layers: [String: LayerSettings] = [:], schedule: Schedule = .constant,
    initialization: InitializationScheme = .network, dropout: Dropout.Convention? = nil,
    pictures: PictureSettings, validation: Double = 0.1, validationPart: ValidationPart = .train,
    crops: TestCrops = .center, seed: UInt64 = 1, from: StartingWeights? = nil
  ) {
    (self.name, self.title, self.source, self.network) = (name, title, source, network)
    (self.epochs, self.batch, self.optimizer) = (epochs, batch, optimizer)
    (self.rate, self.biasRate) = (rate, biasRate ?? rate)
    (self.decay, self.biasDecay) = (decay, biasDecay)
    (self.layers, self.schedule) = (layers, schedule)
    (self.initialization, self.dropout) = (initialization, dropout)
    (self.pictures, self.validation, self.validationPart) = (pictures, validation, validationPart)
    (self.crops, self.seed, self.from) = (crops, seed, from)
  }
}

/// The rates and decays of one layer that differ from the recipe's.
package struct LayerSettings: Hashable, Sendable {
  /// The learning rate of the weights.
  package var rate: Double?
  /// The learning rate of the biases.
  package var biasRate: Double?
  /// The decay of the weights.
  package var decay: Double?
  /// The decay of the biases.
  package var biasDecay: Double?
  /// The factor on the layer's learning rates.
  package var rateFactor: Double?
  /// The factor on the learning rate of the biases, if it is another one.
  package var biasRateFactor: Double?

  /// Settings that differ; nil keeps the recipe's.
  package init(
    rate: Double? = nil, biasRate: Double? = nil, decay: Double? = nil, biasDecay: Double? = nil,
    rateFactor: Double? = nil, biasRateFactor: Double? = nil
  ) {
    (self.rate, self.biasRate, self.decay, self.biasDecay) = (rate, biasRate, decay, biasDecay)
    (self.rateFactor, self.biasRateFactor) = (rateFactor, biasRateFactor)
  }
}
