/// How far the fetching of data has come.
public struct FetchProgress: Equatable, Sendable {
  /// What is being done.
  public enum Stage: Equatable, Sendable {
    /// The server is looked for, or has not answered yet.
    case connecting
    /// Bytes arrive.
    case downloading
    /// The connection broke off; another try follows.
    case waiting(reason: String)
    /// The digest is computed.
    case checking
    /// Files are taken out of the archive.
    case unpacking
    /// Records are looked at.
    case verifying
  }

  /// What is being done.
  public var stage: Stage
  /// Bytes that are done with.
  public var done: Int
  /// Bytes that there are, where known.
  public var total: Int?

  /// So much done, of so much.
  public init(_ stage: Stage, _ done: Int, of total: Int?) {
    self.stage = stage
    self.done = done
    self.total = total
  }
}
