import Datasets
import Layers
import Networks

/// Everything that a training run is told, but for the data and the engine: the same recipe, data,
/// engine and threads give the same network, bit for bit.
public struct Recipe: Hashable, Sendable {
  /// What `--recipe` calls it.
  public var name: String
  /// One line that says what it is.
  public var title: String
  /// Where its numbers are from, and what was chosen where the source is silent.
  public var source: String
  /// The network that it is for, by its name in the zoo.
  public var network: String
  /// How many times every training picture is seen.
  public var epochs: Int
  /// Pictures in a step.
  public var batch: Int
  /// What moves the parameters.
  public var optimizer: Optimizer
  /// The learning rate of weights.
  public var rate: Double
  /// The learning rate of biases.
  public var biasRate: Double
  /// The decay λ of weights.
  public var decay: Double
  /// The decay λ of biases.
  public var biasDecay: Double
  /// What is different in single layers, by their names.
  public var layers: [String: LayerSettings]
  /// How the rates move.
  public var schedule: Schedule
  /// How the parameters begin.
  public var initialization: InitializationScheme
  /// What makes up for dropped elements; nil leaves it to the network.
  public var dropout: Dropout.Convention?
  /// What happens to pictures on their way to the network.
  public var pictures: PictureSettings
  /// The share of the training pictures that is held back for validation, from each class alike; of
  /// the test pictures where `validationPart` says so.
  public var validation: Double
  /// Which pictures those for validation are taken from.
  public var validationPart: ValidationPart
  /// How many looks at a picture a test takes.
  public var views: PictureViews
  /// What everything random is a function of.
  public var seed: UInt64

  /// A recipe.
  public init(
    name: String, title: String, source: String, network: String, epochs: Int, batch: Int,
    optimizer: Optimizer, rate: Double, biasRate: Double? = nil, decay: Double = 0,
    biasDecay: Double = 0, layers: [String: LayerSettings] = [:], schedule: Schedule = .constant,
    initialization: InitializationScheme = .network, dropout: Dropout.Convention? = nil,
    pictures: PictureSettings, validation: Double = 0.1, validationPart: ValidationPart = .train,
    views: PictureViews = .center, seed: UInt64 = 1
  ) {
    (self.name, self.title, self.source, self.network) = (name, title, source, network)
    (self.epochs, self.batch, self.optimizer) = (epochs, batch, optimizer)
    (self.rate, self.biasRate) = (rate, biasRate ?? rate)
    (self.decay, self.biasDecay) = (decay, biasDecay)
    (self.layers, self.schedule) = (layers, schedule)
    (self.initialization, self.dropout) = (initialization, dropout)
    (self.pictures, self.validation, self.validationPart) = (pictures, validation, validationPart)
    (self.views, self.seed) = (views, seed)
  }
}

/// The rates and decays of one layer, where they are not the recipe's.
public struct LayerSettings: Hashable, Sendable {
  /// The learning rate of the weights.
  public var rate: Double?
  /// The learning rate of the biases.
  public var biasRate: Double?
  /// The decay of the weights.
  public var decay: Double?
  /// The decay of the biases.
  public var biasDecay: Double?

  /// What is different; nil leaves it as the recipe has it.
  public init(
    rate: Double? = nil, biasRate: Double? = nil, decay: Double? = nil, biasDecay: Double? = nil
  ) {
    (self.rate, self.biasRate, self.decay, self.biasDecay) = (rate, biasRate, decay, biasDecay)
  }
}
