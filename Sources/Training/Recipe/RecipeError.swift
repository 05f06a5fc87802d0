import Basics

/// Why a recipe can't be used, in one line that names the field.
package struct RecipeError: DescribedError, Hashable, Sendable, CustomStringConvertible {
  /// The field's path in the file: `schedule.patience`, `layers.conv1.rate`; empty for the whole.
  package let field: String
  /// What is wrong with it.
  package let reason: String
  /// How to fix it, if known.
  package let hint: String?

  /// What is wrong with a field.
  package init(_ field: String, _ reason: String, hint: String? = nil) {
    (self.field, self.reason, self.hint) = (field, reason, hint)
  }

  /// The field and the reason, without the hint.
  package var message: String { field.isEmpty ? reason : "\(field) \(reason)" }

  /// Always `.usage`.
  package var kind: ErrorKind { .usage }
}
