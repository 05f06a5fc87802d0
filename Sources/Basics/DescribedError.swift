/// The part of the program that refused, in the word that `--json` has for it.
public enum ErrorKind: String, Hashable, Sendable, CaseIterable {
  /// A command line is malformed: the only kind whose exit code is 2.
  case usage
  /// An expression cannot be read or computed.
  case expression
  /// A name is unknown, or an index out of its range.
  case name
  /// A network does not fit together.
  case network
  /// Something has to run first.
  case order
  /// A file cannot be read or written, or is not what it claims.
  case file
  /// A training cannot begin or go on.
  case training
  /// The machine has too little memory, or allows too few threads.
  case resource
  /// The person stopped it.
  case cancelled
  /// The program failed, through no fault of what was typed.
  case `internal`
}

/// An error that can be shown to people as it is. Every error type of the package conforms, so that none
/// is reported as something it isn't.
public protocol DescribedError: Error {
  /// The part of the program that refused.
  var kind: ErrorKind { get }
  /// What is wrong, in one line that names the offending thing.
  var message: String { get }
  /// The next step, where there is one.
  var hint: String? { get }
}

extension DescribedError {
  /// None.
  public var hint: String? { nil }
}
