/// A session as it was between two cells, for completion and help while the next cell runs on another thread.
///
/// Unchecked, because `Session` isn't `Sendable`. The one property whose type isn't is `trace`, a class that
/// a running cell changes; the copy has none. Everything else in a session is a value, except for the host,
/// and every `Host` is `Sendable`.
package struct SessionSnapshot: @unchecked Sendable {
  /// The copy. It has no outputs, no weights and no earlier networks, and shows nothing.
  package let session: Session

  /// A snapshot of a session.
  package init(_ session: Session) { self.session = session.withoutComputations }
}
