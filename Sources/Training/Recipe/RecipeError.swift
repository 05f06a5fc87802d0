import Basics

/// Why a recipe can't be used, in one line that names the field.
public struct RecipeError: DescribedError, Hashable, Sendable, CustomStringConvertible {
  /// The field's path in the file: `schedule.patience`, `layers.conv1.rate`; empty for the whole.
  public let field: String
  /// What is wrong with it.
  public let reason: String
  /// How to fix it, if known.
  public let hint: String?

  /// What is wrong with a field.
  public init(_ field: String, _ reason: String, hint: String? = nil) {
    (self.field, self.reason, self.hint) = (field, reason, hint)
  }

  /// The field and the reason, without the hint.
  public var message: String { field.isEmpty ? reason : "\(field) \(reason)" }

  /// The command line.
  public var kind: ErrorKind { .usage }

  /// The field, the reason and the hint.
  public var description: String { message + (hint.map { "; \($0)" } ?? "") }
}
