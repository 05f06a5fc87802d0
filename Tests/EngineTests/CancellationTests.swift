import Foundation
import Layers
import ReferenceEngine
import Tensors
import TestSupport
import Testing

@Suite("Cancellation")
struct CancellationTests {
  static func plan(_ tested: EngineUnderTest, _ c: GradientCase) throws -> any Plan {
    let plan = try tested.engine.prepare([c.layer], input: c.input, mode: c.mode)
    let parameters = try c.makeParameters()
    if !parameters.isEmpty { plan.setParameters(parameters, of: 0) }
    if c.layer.kind == .dropout, c.mode == .training { plan.setMask(c.makeMask(), of: 0) }
    plan.setInput(c.makeInput())
    return plan
  }

  static func cancelled() -> Cancellation {
    let cancellation = Cancellation()
    cancellation.cancel()
    return cancellation
  }

  /// For every layer: a cancelled run gives no output and no half-computed gradient, and afterwards
  /// the plan runs as if it had never been cancelled.
  @Test(arguments: testedEngines, gradientCases)
  func cancellingLeavesNothing(_ tested: EngineUnderTest, _ c: GradientCase) throws {
    let plan = try Self.plan(tested, c)
    let stopped = Self.cancelled()
    #expect(throws: Cancelled()) { try plan.forward(cancellation: stopped) }
    #expect(plan.output(of: 0) == nil)
    try plan.forward()
    let g = Tensor(repeating: 1, shape: plan.outputShapes[0])
    try plan.backward(from: g, cancellation: .never)
    #expect(throws: Cancelled()) { try plan.backward(from: g, cancellation: stopped) }
    #expect(plan.inputGradient(of: 0) == nil)
    #expect(plan.parameterGradients(of: 0).isEmpty)
    try plan.backward(from: g, cancellation: .never)
    let fresh = try Self.plan(tested, c)
    try fresh.forward()
    try fresh.backward(from: g, cancellation: .never)
    #expect(plan.output(of: 0) == fresh.output(of: 0))
    #expect(plan.inputGradient(of: 0) == fresh.inputGradient(of: 0))
    #expect(plan.parameterGradients(of: 0) == fresh.parameterGradients(of: 0))
  }

  /// The kernels themselves poll, not only the plan between them: a kernel that didn't would finish
  /// and return.
  @Test(arguments: Layer.Kind.allCases)
  func everyKernelPolls(_ kind: Layer.Kind) throws {
    let stop = Self.cancelled()
    let x = Tensor(repeating: 1, shape: [1, 1, 1, 1])
    let f = Tensor(repeating: 1, shape: [1, 1])
    let b = Tensor(repeating: 1, shape: [1])
    let window = Window(kernel: 1)
    func expectStop(_ kernel: String, _ run: () throws -> Void) {
      #expect(throws: Cancelled(), "\(kernel)") { try run() }
    }
    switch kind {
    case .convolution:
      let convolutionLayer = Convolution(filters: 1, window: window)
      var (dw, db) = (x, b)
      expectStop("convolution") {
        _ = try convolution(x, weight: x, bias: b, convolutionLayer, cancellation: stop)
      }
      expectStop("convolution gradient") {
        _ = try convolutionGradient(
          x, weight: x, input: x.shape, convolutionLayer, cancellation: stop)
      }
      expectStop("convolution parameters") {
        try convolutionParameterGradients(
          x, input: x, convolutionLayer, weight: &dw, bias: &db, cancellation: stop)
      }
    case .locallyConnected:
      let localLayer = LocallyConnected(filters: 1, window: window)
      let local = Tensor(repeating: 1, shape: [1, 1, 1, 1, 1, 1])
      let localBias = Tensor(repeating: 1, shape: [1, 1, 1])
      var (dl, dlb) = (local, localBias)
      expectStop("locally connected") {
        _ = try locallyConnected(
          x, weight: local, bias: localBias, localLayer, cancellation: stop)
      }
      expectStop("locally connected gradient") {
        _ = try locallyConnectedGradient(
          x, weight: local, input: x.shape, localLayer, cancellation: stop)
      }
      expectStop("locally connected parameters") {
        try locallyConnectedParameterGradients(
          x, input: x, localLayer, weight: &dl, bias: &dlb, cancellation: stop)
      }
    case .maxPooling:
      let pool = Pooling(window: window)
      expectStop("max pooling") {
        _ = try maxPooling(x, pool, cancellation: stop)
      }
      expectStop("max pooling gradient") {
        _ = try maxPoolingGradient(x, input: x, pool, cancellation: stop)
      }
    case .averagePooling:
      let pool = Pooling(window: window)
      expectStop("average pooling") {
        _ = try averagePooling(x, pool, cancellation: stop)
      }
      expectStop("average pooling gradient") {
        _ = try averagePoolingGradient(x, input: x.shape, pool, cancellation: stop)
      }
    case .localResponseNormalization:
      let lrn = LocalResponseNormalization()
      expectStop("across channels") {
        _ = try localResponseNormalization(x, lrn, cancellation: stop)
      }
      expectStop("across channels gradient") {
        _ = try localResponseNormalizationGradient(x, input: x, lrn, cancellation: stop)
      }
    case .spatialNormalization:
      let spatial = SpatialNormalization()
      expectStop("within a channel") {
        _ = try spatialNormalization(x, spatial, cancellation: stop)
      }
      expectStop("within a channel gradient") {
        _ = try spatialNormalizationGradient(x, input: x, spatial, cancellation: stop)
      }
    case .batchNormalization:
      let batch = BatchNormalization()
      let statistics = ChannelStatistics(mean: b, variance: b)
      var (dGamma, db) = (b, b)
      expectStop("statistics") {
        _ = try ChannelStatistics(of: x, cancellation: stop)
      }
      expectStop("batch") {
        _ = try batchNormalization(
          x, weight: b, bias: b, statistics: statistics, batch, cancellation: stop)
      }
      expectStop("batch gradient") {
        _ = try batchNormalizationGradient(
          x, input: x, weight: b, statistics: statistics, mode: .training, batch,
          cancellation: stop)
      }
      expectStop("batch parameters") {
        try batchNormalizationParameterGradients(
          x, input: x, statistics: statistics, batch, weight: &dGamma, bias: &db, cancellation: stop
        )
      }
    case .activation(.relu):
      expectStop("relu") {
        _ = try relu(x, cancellation: stop)
      }
      expectStop("relu gradient") {
        _ = try reluGradient(x, input: x, cancellation: stop)
      }
    case .activation(.tanh):
      expectStop("tanh") {
        _ = try tanh(x, cancellation: stop)
      }
      expectStop("tanh gradient") {
        _ = try tanhGradient(x, input: x, cancellation: stop)
      }
    case .activation(.elu):
      expectStop("elu") {
        _ = try elu(x, alpha: 1, cancellation: stop)
      }
      expectStop("elu gradient") {
        _ = try eluGradient(x, input: x, alpha: 1, cancellation: stop)
      }
    case .flatten: break  // It only gives a tensor another shape.
    case .linear:
      var (df, db) = (f, b)
      expectStop("linear") {
        _ = try linear(f, weight: f, bias: b, Linear(outputs: 1), cancellation: stop)
      }
      expectStop("linear gradient") {
        _ = try linearGradient(f, weight: f, cancellation: stop)
      }
      expectStop("linear parameters") {
        try linearParameterGradients(f, input: f, weight: &df, bias: &db, cancellation: stop)
      }
    case .dropout:
      expectStop("dropout") {
        _ = try dropout(x, Dropout(), cancellation: stop)
      }
      expectStop("dropout in training") {
        _ = try dropout(x, mask: x, Dropout(), cancellation: stop)
      }
    case .softmax:
      expectStop("softmax") {
        _ = try softmax(f, cancellation: stop)
      }
      expectStop("softmax gradient") {
        _ = try softmaxGradient(f, input: f, cancellation: stop)
      }
    }
  }

  /// Layers that take seconds, cancelled from outside while they run: none finishes.
  @Test(
    arguments: [
      (ConvolutionTables.convolution(256, 5, 1, 2), Shape([1, 96, 128, 128])),
      (.linear(Linear(outputs: 4096)), Shape([64, 4096])),
      (NormalizationTables.lrn(5, .paper), Shape([8, 96, 128, 128])),
    ] as [(Layer, Shape)])
  func stopsWhileRunning(_ layer: Layer, _ input: Shape) throws {
    let plan = try ReferenceEngine().prepare([layer], input: input, mode: .inference)
    let parameters = try layer.parameters(for: input).map { Tensor(zeros: $0.shape) }
    if !parameters.isEmpty { plan.setParameters(parameters, of: 0) }
    plan.setInput(Tensor(repeating: 1, shape: input))
    let cancellation = Cancellation()
    // A thread, not a task: other tests may keep all threads of the tasks' pool busy.
    Thread.detachNewThread {
      Thread.sleep(forTimeInterval: 0.05)
      cancellation.cancel()
    }
    #expect(throws: Cancelled()) { try plan.forward(cancellation: cancellation) }
    let isEmpty = plan.output(of: 0) == nil
    #expect(isEmpty)
  }

  @Test func aFlagIsResetForTheNextPieceOfWork() throws {
    let cancellation = Self.cancelled()
    #expect(cancellation.isCancelled)
    cancellation.reset()
    #expect(!cancellation.isCancelled)
    try cancellation.check()
  }
}
