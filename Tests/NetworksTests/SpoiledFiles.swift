import Testing

/// The file of a small network with many kinds of layers.
let smallNetwork = """
  {
    "format": "alexnet-network", "version": 1, "name": "mine", "title": "small",
    "input": {"channels": 3, "height": 8, "width": 8, "scale": 255, "mean": [1.5, 2, 3], "deviation": [1, 1, 1]},
    "labels": ["cat", "dog"],
    "layers": [
      {"name": "conv1", "kind": "convolution", "filters": 4, "kernel": 3, "padding": 1, "init": {"deviation": 0.01, "bias": 0}},
      {"name": "norm1", "kind": "local_response_normalization", "convention": "source2012"},
      {"name": "pool1", "kind": "max_pooling", "kernel": 3, "stride": 2, "rounding": "ceil"},
      {"name": "flatten", "kind": "flatten"},
      {"name": "fc2", "kind": "linear", "outputs": 2},
      {"name": "softmax", "kind": "softmax"}
    ]
  }
  """

/// An invalid file: the text to replace, its replacement, and the error.
struct Spoiled: Sendable, CustomTestStringConvertible {
  let old: String
  let new: String
  let message: String
  var testDescription: String { "\(old) → \(new)" }

  init(_ old: String, _ new: String, _ message: String) {
    (self.old, self.new, self.message) = (old, new, message)
  }

  static let all = [
    Spoiled("{\n", "[\n", "line 2, column 11: ‘]’ is expected here"),
    Spoiled(
      "\"alexnet-network\"", "\"onnx\"",
      "not a network file: \"format\": \"alexnet-network\" is missing"),
    Spoiled("\"version\": 1", "\"version\": 2", "version: only version 1 is known"),
    Spoiled("\"title\"", "\"titel\"", "unknown name ‘titel’; did you mean title?"),
    Spoiled(
      "\"mine\"", "\"my net\"", "name: ‘my net’ must be a letter, then letters, digits or - _ ."),
    Spoiled("\"mine\"", "7", "name: must be a string, not a whole number"),
    Spoiled(
      "\"small\"", "\"two\\nlines\"", "title: must be one line of at most 200 characters"),
    Spoiled(
      "\"height\": 8", "\"height\": 0",
      "input, height: must be a whole number from 1 to 16,384"),
    Spoiled(
      "\"height\": 8", "\"height\": 8.5",
      "input, height: must be a whole number from 1 to 16,384"),
    Spoiled(
      "\"height\": 8", "\"hight\": 8", "input: unknown name ‘hight’; did you mean height?"),
    Spoiled(
      "\"scale\": 255", "\"scale\": 0",
      "input, scale: must be a number above 0: the value of full brightness"),
    Spoiled(
      "[1.5, 2, 3]", "[1.5, 2]",
      "input, mean: must be a list of numbers, one for each of the 3 channels"),
    Spoiled(
      "[1, 1, 1]", "[1, 1, 0]",
      "input, deviation: must be a list of numbers, one for each of the 3 channels, all above 0"
    ),
    Spoiled("[\"cat\", \"dog\"]", "[\"cat\"]", "labels: 1 label for 2 outputs"),
    Spoiled(
      "[\"cat\", \"dog\"]", "[\"cat\", 2]", "label 2: must be a string, not a whole number"),
    Spoiled("[\"cat\", \"dog\"]", "{}", "labels: must be a list of strings, not an object"),
    Spoiled("\"pool1\"", "\"conv1\"", "layer 3: layer 1 is already called conv1"),
    Spoiled(
      "\"pool1\"", "\"1pool\"", "layer 3, name: ‘1pool’ must be a letter, then letters, digits or _"
    ),
    Spoiled(
      "\"pool1\"", "\"pool.1\"",
      "layer 3, name: ‘pool.1’ must be a letter, then letters, digits or _"),
    Spoiled(
      "\"pool1\"", "\"größe\"", "layer 3, name: ‘größe’ must be a letter, then letters, digits or _"
    ),
    Spoiled(
      "\"pool1\"", "\"input\"",
      "layer 3: a layer can't be called input: the word is reserved"),
    Spoiled(
      "\"pool1\"", "\"why\"",
      "layer 3: a layer can't be called why: the word is reserved"),
    Spoiled(
      "\"max_pooling\"", "\"max_poling\"",
      "layer 3 (pool1): unknown kind of layer ‘max_poling’; did you mean max_pooling?"),
    Spoiled("\"max_pooling\"", "null", "layer 3 (pool1), kind: must be a string, not null"),
    Spoiled("\"filters\": 4, ", "", "layer 1 (conv1): filters is missing"),
    Spoiled(
      "\"filters\": 4", "\"filters\": \"four\"",
      "layer 1 (conv1): filters takes a whole number, not ‘four’"),
    Spoiled(
      "\"filters\": 4", "\"filters\": 4.5",
      "layer 1 (conv1): filters takes a whole number, not ‘4.5’"),
    Spoiled(
      "\"filters\": 4", "\"filters\": true",
      "layer 1 (conv1): filters takes a number or a word, not a truth value"),
    Spoiled("\"filters\": 4", "\"filters\": 0", "conv1: filters 0 is not between 1 and 1,048,576"),
    Spoiled(
      "\"filters\": 4", "\"filters\": 99999999999999999999",
      "line 6, column 57: the number 99999999999999999999 is too large"),
    Spoiled(
      "\"padding\": 1", "\"paddign\": 1",
      "layer 1 (conv1): unknown name ‘paddign’; did you mean padding?"),
    Spoiled(
      "\"padding\": 1", "\"deviation\": 1",
      "layer 1 (conv1): unknown name ‘deviation’; known are filters, kernel, stride, padding, rounding, groups, inputs, init"
    ),
    Spoiled(
      "\"kind\": \"flatten\"", "\"kind\": \"flatten\", \"kernel\": 1",
      "layer 4 (flatten): unknown name ‘kernel’; only name and kind are known"),
    Spoiled(
      "\"ceil\"", "\"cel\"",
      "layer 3 (pool1): rounding takes one of floor, ceil, not ‘cel’; did you mean ceil?"),
    Spoiled(", \"bias\": 0}", "}", "layer 1 (conv1), init: bias is missing"),
    Spoiled(
      "\"bias\": 0}", "\"bias\": 0, \"x\": 1}",
      "layer 1 (conv1), init: unknown name ‘x’; known are deviation, bias"),
    Spoiled(
      "\"deviation\": 0.01", "\"deviation\": -1",
      "layer 1 (conv1), init: deviation takes a number from 0, not ‘-1’"),
    Spoiled(
      "{\"deviation\": 0.01, \"bias\": 0}", "0.01",
      "layer 1 (conv1), init: must be an object with deviation and bias"),
    Spoiled(
      "{\"name\": \"flatten\", \"kind\": \"flatten\"},", "",
      "fc2: takes a row of features, but gets maps of 4×4×4 from pool1; insert pool1 flatten makes 4·4·4 = 64 features of them"
    ),
    Spoiled(
      "\"kernel\": 3, \"stride\": 2", "\"kernel\": 9, \"stride\": 2",
      "pool1: (8 + 2·0 − 9) / 2 is below zero: no 9×9 window fits on its 4×8×8 input; it takes at least 9×9, for which the input must be at least 9×9"
    ),
    Spoiled(
      "\"outputs\": 2}", "\"outputs\": 2, \"inputs\": 63}",
      "fc2: declared for 63 features, but gets 64 from flatten; set fc2.inputs to 64"),
    Spoiled(
      "\"version\": 1", "\"version\": 1, \"version\": 1",
      "line 2, column 46: the name version comes twice"),
    Spoiled(
      "\"layers\": [", "\"layers\": [7, ", "layer 1: must be an object, not a whole number"),
    Spoiled(
      "\"layers\": [", "\"layers\": [], \"x\": [",
      "unknown name ‘x’; known are format, version, name, title, input, labels, layers"),
  ]
}
