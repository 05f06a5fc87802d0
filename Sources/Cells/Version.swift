/// The program's own version.
package enum Version {
  /// The version, as `CHANGELOG.md` has it.
  package static let number = "0.1.0"
  /// One line for `--version`.
  package static let line = "alexnet \(number)"
}
