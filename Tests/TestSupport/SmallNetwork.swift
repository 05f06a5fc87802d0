/// A network file with a layer of most kinds, so small that every command is done in a moment.
package let smallNetworkFile = """
  {"format": "alexnet-network", "version": 1, "name": "small", "title": "small",
   "input": {"channels": 3, "height": 9, "width": 9, "scale": 255, "mean": [1, 2, 3],
             "deviation": [1, 1, 1]},
   "labels": ["cat", "dog", "hen"],
   "layers": [
    {"name": "conv1", "kind": "convolution", "filters": 4, "kernel": 3, "padding": 1},
    {"name": "relu1", "kind": "relu"},
    {"name": "norm1", "kind": "local_response_normalization", "convention": "source2012"},
    {"name": "pool1", "kind": "max_pooling", "kernel": 3, "stride": 2, "rounding": "ceil"},
    {"name": "flatten", "kind": "flatten"},
    {"name": "fc6", "kind": "linear", "outputs": 3},
    {"name": "softmax", "kind": "softmax"}]}
  """
