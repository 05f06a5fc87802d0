extension Schedule {
  /// The schedules by the names that recipes use.
  package enum Kind: String, CaseIterable, Hashable, Sendable {
    /// Constant rates.
    case constant
    /// The rates change after given epochs.
    case steps
    /// The rates fall when validation no longer improves.
    case plateau
    /// The rates rise, then fall.
    case oneCycle = "one-cycle"
  }

  /// Which schedule this is.
  package var kind: Kind {
    switch self {
    case .constant: .constant
    case .steps: .steps
    case .plateau: .plateau
    case .oneCycle: .oneCycle
    }
  }

  /// The schedule of this kind with its usual numbers, and without steps.
  package static func usual(_ kind: Kind) -> Schedule {
    switch kind {
    case .constant: .constant
    case .steps: .steps([])
    case .plateau: .plateau(Plateau())
    case .oneCycle: .oneCycle(OneCycle())
    }
  }
}
