import TensorFiles

/// The functions and classes that files of weights refer to. None of them is ever called: a pickle
/// that names anything else is refused before it is read further.
enum PickleAllowList {
  /// What PyTorch's state dicts and NumPy's arrays are made with.
  private static let names: Set<String> = [
    "collections.OrderedDict",
    "torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2",
    "torch._utils._rebuild_tensor_v3", "torch._utils._rebuild_parameter",
    "torch.serialization._get_layout", "torch.Size", "torch.device",
    "torch.storage.UntypedStorage", "torch.storage.TypedStorage",
    "numpy.core.multiarray._reconstruct", "numpy._core.multiarray._reconstruct",
    "numpy.core.multiarray.scalar", "numpy._core.multiarray.scalar",
    "numpy.core.numeric._frombuffer", "numpy._core.numeric._frombuffer",
    "numpy.ndarray", "numpy.dtype", "_codecs.encode",
  ]

  static func allows(_ name: String) -> Bool {
    names.contains(name) || TorchType.storages[name] != nil || TorchType.types[name] != nil
  }

  /// The error for a name that isn't in the list.
  static func refusal(_ name: String, file: String) -> WeightFileError {
    let module = name.split(separator: ".").first.map(String.init) ?? ""
    // A pickle of a whole model names the classes of its layers and of the program that made it.
    let isModel = ["torch", "torchvision", "__main__", "model", "models"].contains(module)
    return WeightFileError(
      file,
      "it refers to \(printable(name, limit: 80)), which reading weights doesn't need; "
        + "nothing of it was run",
      hint: isModel
        ? "save only the weights: torch.save(model.state_dict(), \"weights.pth\")"
        : "don't open this file with a program that runs pickles")
  }
}

/// PyTorch's names for types of elements.
enum TorchType {
  private static let known: [(name: String, storage: String, type: ElementType)] = [
    ("float32", "Float", .float32), ("float64", "Double", .float64), ("float16", "Half", .float16),
    ("bfloat16", "BFloat16", .bfloat16), ("int64", "Long", .int64), ("int32", "Int", .int32),
    ("int16", "Short", .int16), ("int8", "Char", .int8), ("uint8", "Byte", .uint8),
    ("bool", "Bool", .bool),
  ]

  /// By the class of the storage: `torch.FloatStorage`.
  static let storages = Dictionary(
    uniqueKeysWithValues: known.map { ("torch.\($0.storage)Storage", $0.type) })
  /// By the type's own name: `torch.float32`.
  static let types = Dictionary(uniqueKeysWithValues: known.map { ("torch.\($0.name)", $0.type) })
}
