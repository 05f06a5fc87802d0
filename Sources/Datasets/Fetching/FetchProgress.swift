/// The progress of fetching data.
public struct FetchProgress: Equatable, Sendable {
  /// The current stage.
  public enum Stage: Equatable, Sendable {
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
  public var stage: Stage
  /// Bytes done.
  public var done: Int
  /// Bytes in total, if known.
  public var total: Int?

  /// This stage, with this much done.
  public init(_ stage: Stage, _ done: Int, of total: Int?) {
    self.stage = stage
    self.done = done
    self.total = total
  }
}
