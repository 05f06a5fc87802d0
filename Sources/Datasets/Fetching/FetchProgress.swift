/// The progress of fetching data.
package struct FetchProgress: Equatable, Sendable {
  /// The current stage.
  package enum Stage: Equatable, Sendable {
    /// Connecting to the server.
    case connecting
    /// Receiving bytes.
    case downloading
    /// The connection broke; another try follows.
    case waiting(reason: String)
    /// Computing the digest.
    case checking
    /// Unpacking files.
    case unpacking
    /// Checking records.
    case verifying
  }

  /// The current stage.
  package var stage: Stage
  /// Bytes done.
  package var done: Int
  /// Bytes in total, if known.
  package var total: Int?

  /// This stage, with this much done.
  package init(_ stage: Stage, _ done: Int, of total: Int?) {
    self.stage = stage
    self.done = done
    self.total = total
  }
}
