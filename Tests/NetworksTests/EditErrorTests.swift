import Layers
import Testing

@testable import Networks

/// Impossible edits of `alexnet`, and their messages.
struct EditErrorTests {
  @Test(arguments: [
    (
      "set conv1.strid 2",
      "conv1 has no field ‘strid’; did you mean stride? its fields are filters, kernel, stride, padding, rounding, groups, inputs, deviation, bias"
    ),
    (
      "set conv1.x 2",
      "conv1 has no field ‘x’; its fields are filters, kernel, stride, padding, rounding, groups, inputs, deviation, bias"
    ),
    (
      "set conv1 2",
      "conv1 is a layer; set conv1.filters, conv1.kernel, conv1.stride, conv1.padding, conv1.rounding, conv1.groups, conv1.inputs, conv1.deviation, conv1.bias"
    ),
    (
      "set relu1 2",
      "relu1 is a layer, and activations are only set all together; set activation tanh sets all of them; remove and insert change one"
    ),
    ("set relu1.k 2", "relu1 is a ReLU layer, which has no settings"),
    ("set cnv1.stride 2", "alexnet has no layer ‘cnv1’; did you mean conv1?"),
    (
      "remove norm9",
      "alexnet has no layer ‘norm9’; its layers are conv1, relu1, norm1, pool1, conv2, relu2, norm2, pool2, conv3, relu3, conv4, relu4, conv5, relu5, pool5, flatten, fc6, relu6, drop6, fc7, relu7, drop7, fc8, softmax"
    ),
    (
      "remove norm",
      "alexnet has no layer ‘norm’; its layers are conv1, relu1, norm1, pool1, conv2, relu2, norm2, pool2, conv3, relu3, conv4, relu4, conv5, relu5, pool5, flatten, fc6, relu6, drop6, fc7, relu7, drop7, fc8, softmax"
    ),
    ("remove sofmax", "alexnet has no layer ‘sofmax’; did you mean softmax?"),
    ("set roundin ceil", "unknown setting ‘roundin’; did you mean rounding?"),
    (
      "set bogus 1",
      "unknown setting ‘bogus’; write LAYER.FIELD, or one of input, classes, rounding, activation, convention"
    ),
    ("set conv1.stride 0", "conv1: stride 0 is not between 1 and 1,048,576"),
    ("set conv1.stride -1", "conv1: stride -1 is not between 1 and 1,048,576"),
    ("set conv1.stride 1.5", "conv1.stride takes a whole number, not ‘1.5’"),
    ("set conv1.stride two", "conv1.stride takes a whole number, not ‘two’"),
    ("set conv1.rounding up", "conv1.rounding takes one of floor, ceil, not ‘up’"),
    (
      "set norm1.convention cafe",
      "norm1.convention takes one of paper, source2012, caffe, pytorch, tensorflow, onnx, onednn, not ‘cafe’; did you mean caffe?"
    ),
    ("set norm1.k 0", "norm1: k 0 is not allowed; it must be above 0"),
    ("set drop6.rate 1", "drop6: rate 1 is not allowed; it must be from 0 to below 1"),
    ("set conv1.deviation -1", "conv1.deviation takes a number from 0, not ‘-1’"),
    ("set conv1.inputs 0", "conv1.inputs takes a whole number from 1, or any, not ‘0’"),
    ("set input 0", "input takes a whole number from 1 to 16,384, not ‘0’"),
    ("set input big", "input takes a whole number from 1 to 16,384, not ‘big’"),
    ("set classes 0", "classes takes a whole number from 1 to 1,048,576, not ‘0’"),
    ("set activation sigmoid", "activation takes one of relu, tanh, elu, not ‘sigmoid’"),
    (
      "insert relu9 norm",
      "alexnet has no layer ‘relu9’; its layers are conv1, relu1, norm1, pool1, conv2, relu2, norm2, pool2, conv3, relu3, conv4, relu4, conv5, relu5, pool5, flatten, fc6, relu6, drop6, fc7, relu7, drop7, fc8, softmax"
    ),
    ("insert relu1 nrom", "unknown kind of layer ‘nrom’; did you mean norm?"),
    (
      "insert relu1 attention",
      "unknown kind of layer ‘attention’; the kinds are convolution, locally_connected, max_pooling, average_pooling, local_response_normalization, spatial_normalization, batch_normalization, relu, tanh, elu, flatten, linear, dropout, softmax"
    ),
    (
      "insert relu1 norm kernel 3",
      "norm3 has no field ‘kernel’; its fields are n, k, alpha, beta, convention, groups"
    ),
  ])
  func refused(text: String, message: String) throws {
    #expect(throws: EditError.self) {
      do {
        _ = try zoo("alexnet").applying(edit(text))
      } catch {
        #expect("\(error)" == message)
        throw error
      }
    }
  }

  /// Edits after which the network doesn't fit: the layer, the arithmetic, and what would fit.
  @Test(arguments: [
    (
      "alexnet", "set conv4.inputs 256",
      "conv4: declared for 256 channels, but gets 384 from relu3 (conv3 has 384 filters); set conv4.inputs to 384, or conv3.filters to 256"
    ),
    (
      "alexnet", "set conv2.inputs 48",
      "conv2: declared for 48 channels, but gets 96 from pool1 (conv1 has 96 filters); set conv2.inputs to 96, or conv1.filters to 48"
    ),
    (
      "alexnet", "set conv1.inputs 1",
      "conv1: declared for 1 channel, but gets 3 from the image; set conv1.inputs to 3"
    ),
    (
      "alexnet", "set conv2.groups 5",
      "conv2: 96 input channels don't divide into 5 groups: 96 / 5 = 19.2; these divide: 1, 2, 4, 8, 16, 32"
    ),
    (
      "alexnet", "set conv1.groups 5",
      "conv1: 3 input channels don't divide into 5 groups: 3 / 5 = 0.6; these divide: 1, 3"
    ),
    (
      "alexnet", "insert input conv filters 1 groups 3",
      "conv6: 1 filter doesn't divide into 3 groups: 1 / 3 = 0.33; these divide: 1"
    ),
    (
      "alexnet", "set conv1.padding 11",
      "conv1: the padding 11 is not less than the kernel 11: some windows would see only padding; a padding of at most 10 fits"
    ),
    (
      "alexnet", "set input 10",
      "conv1: (10 + 2·0 − 11) / 4 is below zero: no 11×11 window fits on its 3×10×10 input; it takes at least 11×11"
    ),
    (
      "alexnet", "set input 60",
      "pool5: (2 + 2·0 − 3) / 2 is below zero: no 3×3 window fits on its 256×2×2 input; it takes at least 3×3, for which the input must be at least 67×67"
    ),
    (
      "alexnet-2012", "set input 50",
      "pool5: (2 + 2·0 − 3) / 2 is below zero: no 3×3 window fits on its 256×2×2 input; it takes at least 3×3, for which the input must be at least 52×52"
    ),
    (
      "alexnet", "remove flatten",
      "fc6: takes a row of features, but gets maps of 256×6×6 from pool5; insert pool5 flatten makes 256·6·6 = 9,216 features of them"
    ),
    (
      "alexnet", "insert fc6 conv",
      "conv6: takes maps (channels × rows × columns), but gets a row of 4096 features from fc6; put layers on maps before the flatten: flatten"
    ),
    (
      "alexnet", "set fc6.inputs 6400",
      "fc6: declared for 6400 features, but gets 9216 from flatten; set fc6.inputs to 9216; an input of 226×226 would give 6400"
    ),
    (
      "caffenet", "set norm1.n 4",
      "norm1: n 4 is even, but Caffe's formula is defined for odd n only; n 3 or 5"
    ),
    (
      "alexnet", "set conv1.filters 1000000",
      "conv1: 1×1000000×55×55 is too large: no activation or parameter here has more than 1,073,741,824 elements"
    ),
    (
      "alexnet", "set fc7.outputs 1048576",
      "fc7: 1048576×4096 is too large: no activation or parameter here has more than 1,073,741,824 elements"
    ),
  ])
  func doesNotFit(network: String, text: String, message: String) throws {
    let network = try zoo(network)
    #expect(throws: EditError.self) {
      do throws(EditError) {
        _ = try network.applying(edit(text))
      } catch {
        #expect(error.description == message)
        #expect(error.shapeError != nil)
        throw error
      }
    }
  }

  /// The values that a hint suggests do fit.
  @Test(arguments: [
    ("alexnet", 60, 67), ("alexnet", 40, 67), ("alexnet-2012", 50, 52), ("alexnet-owt", 30, 63),
  ])
  func smallestInput(name: String, refused: Int, least: Int) throws {
    let network = try zoo(name)
    for side in [refused, least - 1] {
      #expect(throws: EditError.self) {
        try network.applying(.set(path: "input", value: .whole(side)))
      }
    }
    #expect(throws: Never.self) {
      try network.applying(.set(path: "input", value: .whole(least)))
    }
  }

  @Test func theLastLayerStays() throws {
    let network = Network(
      name: "one", title: "", input: .cifar10(side: 8), layers: [.relu("relu1")])
    #expect(throws: EditError("relu1 is the last layer: a network has at least one")) {
      try network.applying(.remove(layer: "relu1"))
    }
  }

  /// No number, however absurd, causes a crash: it is accepted or rejected.
  @Test func absurdNumbers() throws {
    let values: [FieldValue] = [
      .whole(.max), .whole(.min), .whole(1 << 20), .whole((1 << 20) - 1), .real(1e308),
      .real(-1e308), .real(.leastNonzeroMagnitude), .whole(0), .whole(1), .word(""),
    ]
    for name in ["alexnet", "alexnet-batchnorm", "cuda-convnet-18", "cuda-convnet-13"] {
      let network = try zoo(name)
      for layer in network.layers {
        for field in network.fieldNames(of: layer.name) {
          for value in values {
            do throws(EditError) {
              let path = "\(layer.name).\(field)"
              let changed = try network.applying(.set(path: path, value: value))
              #expect(throws: Never.self) { try Summary(changed, changedFrom: network) }
            } catch {
              #expect(!error.description.isEmpty && !error.description.contains("\n"))
            }
          }
        }
      }
    }
  }
}
