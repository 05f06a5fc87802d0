/// The kind of an error, by the word that `--json` uses.
public enum ErrorKind: String, Hashable, Sendable, CaseIterable {
  /// A command line is malformed: the only kind whose exit code is 2.
  case usage
  /// An expression can't be parsed or computed.
  case expression
  /// A name is unknown, or an index is out of range.
  case name
  /// A network's layers don't fit together.
  case network
  /// Something has to run first.
  case order
  /// A file can't be read or written, or its contents are invalid.
  case file
  /// A training run can't start or continue.
  case training
  /// The machine has too little memory, or allows too few threads.
  case resource
  /// The user stopped it.
  case cancelled
  /// A bug in the program, not a mistake in the input.
  case `internal`
}

/// An error that can be shown to the user as it is. Every error type of the package conforms, so
/// none is reported as something it isn't.
public protocol DescribedError: Error {
  /// The kind of error.
  var kind: ErrorKind { get }
  /// What is wrong, in one line that names the offending thing.
  var message: String { get }
  /// The next step, if one is known.
  var hint: String? { get }
}

extension DescribedError {
  /// No hint, unless a type has one.
  public var hint: String? { nil }

  /// The message and the hint, for errors that are `CustomStringConvertible`.
  public var description: String { message + (hint.map { "; \($0)" } ?? "") }
}
