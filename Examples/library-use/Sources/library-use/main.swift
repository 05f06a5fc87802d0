import Layers
import Networks
import ReferenceEngine
import Tensors

// A small network: one convolution, normalized and pooled as in the paper. Each layer takes the shape of
// its input from the layer before it.
let network = Network(
  name: "small", title: "one convolution and ten classes", input: PictureFormat(side: 32),
  layers: [
    NamedLayer(
      "conv1", .convolution(Convolution(filters: 8, window: Window(kernel: 5, padding: 2))),
      Initialization(deviation: 0.1)),
    NamedLayer("relu1", .relu),
    NamedLayer("norm1", .localResponseNormalization(LocalResponseNormalization())),
    NamedLayer("pool1", .maxPooling(Pooling(window: Window(kernel: 3, stride: 2)))),
    NamedLayer("flatten", .flatten),
    NamedLayer("fc2", .linear(Linear(outputs: 10)), Initialization(deviation: 0.1)),
    NamedLayer("softmax", .softmax),
  ])

// Input and weights are random, but the same on every run: a name and a seed determine each number.
let input = Tensor(
  uniform: network.input.shape(batch: 1), scale: 1, random: CounterRandom("input", seed: 1))
var weights = Weights(seed: 1)

// Run the forward pass, one layer at a time. Every layer's output is kept.
let trace = try Trace(network: network, engine: ReferenceEngine(), input: input)
while let layer = try trace.step(weights: &weights) {
  guard let output = trace.output(of: layer.index) else { break }
  print(
    layer.name, layer.output, "parameters \(layer.parameterCount)", "MACs \(layer.multiplyAdds)",
    output.values.prefix(3), separator: "  ")
}

// Run the backward pass from the loss for class 3.
try trace.backward(labels: [3])
print("loss", trace.loss(labels: [3]))
print("largest gradient", trace.parameterGradients(of: 0)?[0].values.max() ?? 0)

// The paper's networks are built in.
for network in Zoo.networks.prefix(3) {
  let parameters = try network.geometry().reduce(0) { $0 + $1.parameterCount }
  print(network.name, "\(parameters) parameters", separator: "  ")
}
