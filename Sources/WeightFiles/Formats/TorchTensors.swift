import TensorFiles

/// The tensors of PyTorch's pickles. Where the storages are depends on the file's form.
struct TorchTensors {
  let file: String
  let isBigEndian: Bool
  /// The bytes of the storage with this key.
  let storage: (_ key: String) throws -> ByteRange

  /// The tensors of a file's main pickle.
  func tree(of pickle: Pickle) throws -> TensorTree {
    var builder = TensorTreeBuilder(pickle, file: file) { object, place in
      try tensor(object, pickle, place).map { .tensor($0) }
    }
    return try builder.tree(pickle.value)
  }

  private func tensor(
    _ object: Pickle.Object, _ pickle: Pickle, _ place: String
  ) throws -> StoredArray? {
    let arguments = object.arguments
    switch object.function {
    case "torch._utils._rebuild_parameter":
      // A parameter's first argument is its tensor, which is never a parameter itself.
      guard let inner = pickle.object(arguments.first),
        inner.function != "torch._utils._rebuild_parameter"
      else { throw damaged(place) }
      return try tensor(inner, pickle, place)
    case "torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2",
      "torch._utils._rebuild_tensor_v3":
      guard arguments.count >= 4, case .storage(let number) = arguments[0],
        let offset = arguments[1].integer, let sizes = pickle.integers(arguments[2]),
        let strides = pickle.integers(arguments[3])
      else { throw damaged(place) }
      let (type, bytes) = try elements(
        pickle.storages[number], type: arguments.count > 6 ? arguments[6].global : nil, place)
      return try StoredArray(
        bytes, type, sizes, strides: strides, offset: offset, isBigEndian: isBigEndian,
        place: printable(place))
    default: return nil
    }
  }

  private func damaged(_ place: String) -> WeightFileError {
    WeightFileError(file, "\(printable(place)) isn't described as PyTorch describes tensors")
  }

  /// The type and bytes of a storage: `("storage", type, key, location, count, …)`.
  private func elements(
    _ id: [PickleValue], type named: String?, _ place: String
  ) throws -> (ElementType, ByteRange) {
    guard id.count >= 5, id[0].text == "storage", let storageClass = id[1].global,
      let key = id[2].text ?? id[2].integer.map(String.init), let count = id[4].integer
    else { throw damaged(place) }
    guard let type = TorchType.storages[storageClass] ?? named.flatMap({ TorchType.types[$0] })
    else {
      throw WeightFileError(
        file, "\(printable(place)) is of a type that can't be read: \(named ?? storageClass)")
    }
    if id.count > 5, case .sequence = id[5] {
      throw WeightFileError(
        file, "\(printable(place)) is a view of another storage, as only very old files have",
        hint: "load it with PyTorch and save it again")
    }
    let bytes = try storage(key)
    let (size, overflow) = count.multipliedReportingOverflow(
      by: storageClass == "torch.storage.UntypedStorage" ? 1 : type.size)
    guard count >= 0, !overflow, size <= bytes.count else {
      throw WeightFileError(
        file, "\(printable(place)) needs more elements than its storage has")
    }
    return (type, try bytes.part(0, size))
  }
}
