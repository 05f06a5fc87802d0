import Networks
import TensorFiles
import Tensors

/// Writes checkpoints of a run, with few of its tensors in memory at a time.
struct CheckpointWriter {
  /// Where a tensor comes from.
  private struct Place: Hashable {
    let group: Int
    let isMemory: Bool
  }

  private let run: any SavableRun
  private let outline: TrainingState
  private var tensors: [(name: String, shape: Shape, place: Place)] = []
  /// Whether every number is finite; otherwise the run isn't worth keeping.
  private(set) var isFinite = true

  /// Looks at every tensor of the run once.
  init(_ run: some SavableRun) {
    (self.run, outline) = (run, run.outline)
    for group in 0..<run.groupCount {
      for isMemory in [false, true] {
        let place = Place(group: group, isMemory: isMemory)
        for (name, tensor) in copies(place) {
          tensors.append((name, tensor.shape, place))
          isFinite = isFinite && tensor.isFinite
        }
      }
    }
  }

  private func copies(_ place: Place) -> [String: Tensor] {
    place.isMemory ? run.memory(of: place.group) : run.parameters(of: place.group)
  }

  /// Writes a checkpoint whole or not at all: see `Checkpoint.write`.
  func write(
    _ contents: Checkpoint.Contents, to path: String, asHalf: Bool = false
  ) throws(FileError) {
    var writer = SafeTensorsWriter(metadata: [
      "format": Checkpoint.formatName, "version": "\(Checkpoint.version)",
      "contents": contents.rawValue, "recipe": outline.recipe.json,
      "network": NetworkFile.text(of: outline.network),
      "state": outline.json.line(digits: \.description),
    ])
    var places: [String: (name: String, place: Place)] = [:]
    for (name, shape, place) in tensors where contents == .everything || !place.isMemory {
      let stored = place.isMemory ? Checkpoint.memoryPrefix + name : name
      writer.add(stored, later: shape, asHalf: asHalf && !place.isMemory)
      places[stored] = (name, place)
    }
    writer.add(outline.pipeline)
    // Names are asked for in their order, in which those of a layer are neighbours.
    var last: (place: Place, tensors: [String: Tensor])?
    func values(_ stored: String) -> [Float] {
      let (name, place) = places[stored]!
      if last?.place != place {
        last = nil
        last = (place, copies(place))
      }
      return last!.tensors[name]!.values
    }
    CheckpointSeal.seal(&writer, making: values)
    try AtomicFile.write(to: path) { file throws(FileError) in
      try writer.forEachPiece(
        making: { (name: String) throws(FileError) in values(name) },
        { (piece: UnsafeRawBufferPointer) throws(FileError) in try file.append(piece) })
    }
  }
}
