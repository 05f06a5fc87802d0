import TensorFiles

/// When a run is saved between epochs.
package struct SavingRule: Hashable, Sendable {
  /// After this many steps of an epoch; nil for never.
  package var steps: Int?
  /// After this many minutes; 0 for never.
  package var minutes: Double

  /// A rule; by default every five minutes.
  package init(steps: Int? = nil, minutes: Double? = nil) {
    (self.steps, self.minutes) = (steps, minutes ?? 5)
  }
}

/// How a run is carried on, apart from its recipe: the contents of `run.json`, which a resumed run
/// keeps.
package struct RunSettings: Hashable, Sendable {
  /// The value of `--data`; empty if unknown.
  package var data: String
  /// When it is saved between epochs.
  package var saving: SavingRule
  /// Whether images that can't be read are left out.
  package var skipsBad: Bool

  /// Settings; by default all images must be readable.
  package init(data: String, saving: SavingRule = SavingRule(), skipsBad: Bool = false) {
    (self.data, self.saving, self.skipsBad) = (data, saving, skipsBad)
  }

  /// The settings in the folder of a run; those by default if they can't be read.
  init(folder: String) {
    self.init(data: "")
    guard let bytes = try? OpenFile.bytes(of: Self.file(in: folder), limit: 1_000_000),
      case .object(let members)? = try? JSONParser.parse(bytes)
    else { return }
    if case .integer(let steps)? = members["save_steps"], steps >= 1 { saving.steps = steps }
    switch members["save_minutes"] {
    case .integer(let minutes)? where minutes >= 0: saving.minutes = Double(minutes)
    case .number(let minutes)? where minutes >= 0: saving.minutes = minutes
    default: break
    }
    if case .string(let data)? = members["data"] { self.data = data }
    skipsBad = members["skip_bad"] == .boolean(true)
  }

  /// Writes them into the folder of a run.
  func write(to folder: String) throws(FileError) {
    let run: JSONValue = [
      "data": .string(data), "format": "alexnet-run", "save_minutes": .number(saving.minutes),
      "save_steps": saving.steps.map { .integer($0) } ?? .null, "skip_bad": .boolean(skipsBad),
      "version": 1,
    ]
    try AtomicFile.write(run.line(digits: \.description) + "\n", to: Self.file(in: folder))
  }

  private static func file(in folder: String) -> String { folder + "/run.json" }
}
