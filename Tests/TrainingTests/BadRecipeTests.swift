import Datasets
import Layers
import Networks
import Testing

@testable import Training

/// Settings that don't go together are reported in one line, before any work.
@Suite struct BadRecipeTests {
  struct Bad: CustomTestStringConvertible, Sendable {
    let message: String
    var change: @Sendable (inout Recipe) -> Void = { _ in }
    var edit: @Sendable (inout Network) -> Void = { _ in }
    var testDescription: String { message }
  }

  static let bad: [Bad] = [
    Bad(message: "epochs takes a whole number from 1, not 0", change: { $0.epochs = 0 }),
    Bad(message: "batch takes a whole number from 1, not -3", change: { $0.batch = -3 }),
    Bad(message: "rate takes a number from 0, not -0.1", change: { $0.rate = -0.1 }),
    Bad(message: "rate takes a number from 0, not nan", change: { $0.rate = .nan }),
    Bad(
      message: "bias_rate takes a number from 0, not inf", change: { $0.biasRate = .infinity }
    ),
    Bad(message: "decay takes a number from 0, not -1", change: { $0.decay = -1 }),
    Bad(
      message: "layers.fc1.decay takes a number from 0, not -1",
      change: { $0.layers = ["fc1": LayerSettings(decay: -1)] }),
    Bad(
      message: "layers.fc2 names fc2, but small has no layer of that name with parameters; "
        + "did you mean fc1?",
      change: { $0.layers = ["fc2": LayerSettings(decay: 1)] }),
    Bad(
      message: "schedule.steps names relu1, but small has no layer of that name with parameters; "
        + "they are conv1, bn1, fc1",
      change: { $0.schedule = .steps([RateStep(after: 1, layer: "relu1", factor: 1)]) }),
    Bad(
      message: "optimizer.momentum takes a number from 0 to below 1, not 1",
      change: { $0.optimizer = .paper(momentum: 1) }),
    Bad(
      message: "validation takes a share from 0 to below 1, not 1",
      change: { $0.validation = 1 }),
    Bad(
      message: "validation is 0, but the schedule waits for validation to improve; "
        + "hold some images back (validation=0.1), or choose another schedule",
      change: { ($0.validation, $0.schedule) = (0, .plateau(Plateau())) }),
    Bad(
      message: "validation is 0.01, which holds no image back; "
        + "no class of colours has enough images; validation=0 holds none back",
      change: { $0.validation = 0.01 }),
    Bad(
      message: "batch is 49, but there are only 48 images to train on; "
        + "colours has 60, of which 12 are held back for validation",
      change: { $0.batch = 49 }),
    Bad(
      message: "small takes images of 3×6×6, but the recipe gives 3×8×8 for colours; "
        + "set pictures.resize=6, or another network",
      change: { $0.pictures.crop = nil }),
    Bad(
      message: "images can't be prepared: 9×9 can't be cropped from an image of 8×8",
      change: { $0.pictures.crop = 9 }),
    Bad(
      message: "pictures.padding is 4, but images aren't cropped after it; "
        + "set pictures.crop to the side that the network takes",
      change: { ($0.pictures.padding, $0.pictures.crop) = (4, nil) }),
    Bad(
      message: "small has 5 classes, but colours train has 3; set fc1.outputs 3",
      edit: { $0.layers[6].layer = .linear(Linear(outputs: 5)) }),
    Bad(
      message: "small doesn't end with a softmax, which training needs; "
        + "insert softmax after its last layer",
      edit: { $0.layers.removeLast() }),
    Bad(
      message: "small has no parameters to train",
      edit: {
        $0.layers = [
          NamedLayer(
            "pool1",
            .averagePooling(Pooling(window: Window(kernel: 6)))),
          NamedLayer("flatten", .flatten), NamedLayer("softmax", .softmax),
        ]
      }),
  ]

  @Test(arguments: bad)
  func refused(_ bad: Bad) throws {
    var network = SmallRun.network
    bad.edit(&network)
    let error = #expect(throws: (any Error).self) {
      _ = try SmallRun.trainer(SmallRun.recipe(bad.change), network: network)
    }
    #expect("\(error!)" == bad.message)
  }
}
