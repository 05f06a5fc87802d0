import Networks

extension Session {
  /// Changes the network and says what followed.
  mutating func edit(_ edit: NetworkEdit) throws -> Output {
    let before = network
    let changed = try network.applying(edit)
    guard changed != before else {
      var output = Output(json: ["changed": .array([]), "removed": .array([])])
      output.line("It is so already: nothing changes.")
      return output
    }
    let changes = try changed.changes(from: before)
    change(to: changed)
    return ChangeReport(changes).output
  }
}
