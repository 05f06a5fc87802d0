import Layers
import Networks
import Parallel

extension StepPlan {
  /// The convolutions on each rank's images; the fully connected layers on the images of all, each rank
  /// with a part of the outputs, in phases.
  ///
  /// In `all` the one phase has the whole batch. In `oneByOne`, phase p has the images of rank p; in
  /// `inParts`, a K-th of each rank's images. The next phase's images travel while this one's are computed
  /// on, and so do its gradients on their way back (Krizhevsky 2014, section 4).
  mutating func addHybrid(_ exchange: ParallelMode.Exchange) throws {
    guard let split = geometry.firstIndex(where: { $0.layer.kind == .linear }), split > 0 else {
      throw ParallelCostError(
        "hybrid splits fully connected layers, and the network doesn't end with any",
        hint: "--mode data")
    }
    let (lower, upper) = (geometry[..<split], geometry[split...])
    for layer in upper where layer.layer.kind == .linear && layer.output.c < ranks {
      throw ParallelCostError(
        "\(layer.name) has \(layer.output.c) outputs, which \(ranks) ranks can't share",
        hint: "--mode data")
    }
    if exchange == .inParts, own < ranks {
      throw ParallelCostError(
        "each rank's \(own) images can't be sent in \(ranks) parts",
        hint: "--batch \(ranks * ranks)")
    }
    var last: [StepTimeline.Task] = []
    for layer in lower { last = [compute(forward(layer), images: own, after: last)] }
    let isSingle = exchange == .all
    let phases = isSingle ? 1 : ranks
    var returned: [StepTimeline.Task] = []
    for _ in 0..<phases {
      returned.append(addPhase(of: upper, exchange, images: batch / phases, after: last))
    }
    addBackward(of: lower, after: returned)
  }

  /// Forward and backward of the fully connected layers for some images; returns the last task.
  private mutating func addPhase(
    of layers: ArraySlice<LayerGeometry>, _ exchange: ParallelMode.Exchange, images: Int,
    after: [StepTimeline.Task]
  ) -> StepTimeline.Task {
    let linear = layers.filter { $0.layer.kind == .linear }
    var last = after
    // Forward. The inputs of the first layer lie with the images' ranks, those of the others are split
    // among all.
    for layer in linear {
      let isFirst = layer.index == linear[0].index
      last = [
        move(.inputs, of: layer, images, fromOne: isFirst && exchange == .oneByOne, after: last)
      ]
      last = [part(forward(layer), of: layer, images: images, after: last)]
    }
    // Each image's outputs go to its rank, which knows its label, and their gradients come back.
    let output = linear[linear.count - 1]
    for content in [StepTimeline.Content.outputs, .outputGradients] {
      let bytes = others / Double(ranks) * Self.bytes(images * output.output.c) / Double(ranks)
      let toOne = exchange == .oneByOne
      last = [
        timeline.send(
          content, of: output.name, bytes: bytes, busiest: toOne ? bytes * Double(ranks) : bytes,
          messages: ranks - 1, after: last)
      ]
    }
    for layer in linear.reversed() {
      last = [part(backward(layer), of: layer, images: images, after: last)]
      let isFirst = layer.index == linear[0].index
      last = [
        move(
          .inputGradients, of: layer, images, fromOne: isFirst && exchange == .oneByOne, after: last
        )
      ]
    }
    return last[0]
  }

  /// An all-gather of a layer's inputs, or a reduce-scatter of their gradients: each rank sends its part
  /// to all others, or one rank sends or receives all.
  private mutating func move(
    _ content: StepTimeline.Content, of layer: LayerGeometry, _ images: Int, fromOne: Bool,
    after: [StepTimeline.Task]
  ) -> StepTimeline.Task {
    let bytes = others / Double(ranks) * Self.bytes(images * layer.input.withoutBatch.count)
    return timeline.send(
      content, of: layer.name, bytes: bytes, busiest: fromOne ? bytes * Double(ranks) : bytes,
      messages: ranks - 1, after: after)
  }

  /// The computation of the rank with the most outputs.
  private mutating func part(
    _ seconds: Double, of layer: LayerGeometry, images: Int, after: [StepTimeline.Task]
  ) -> StepTimeline.Task {
    let outputs = layer.output.c
    let most = (outputs + ranks - 1) / ranks
    return compute(seconds * Double(most) / Double(outputs), images: images, after: after)
  }
}
