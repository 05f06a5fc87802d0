import Networks

extension Session {
  /// Changes the network and says what followed.
  mutating func edit(_ edit: NetworkEdit) throws -> Output {
    let before = network
    let changed = try network.applying(edit)
    let changes = try changed.changes(from: before)
    change(to: changed)
    return ChangeReport(changes).output
  }
}
