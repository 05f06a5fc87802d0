import Networks

/// What stands above the first prompt.
public struct Banner {
  /// The lines.
  public let output: Output

  /// The banner of a session that begins.
  public init(_ session: Session) {
    var output = Output()
    var line: Text = .strong("AlexNet notebook") + .spaces(4) + .name(session.network.name)
    if let summary = try? Summary(session.network) {
      line +=
        " · \(NumberFormat.grouped(summary.parameters)) parameters · "
        + "\(NumberFormat.engineering(Double(summary.multiplyAdds))) multiply-adds"
    }
    output.line(line, hang: 4)
    output.line(
      .faint(
        "picture: \(session.picture.name) · weights: untrained, seed \(session.settings.seed)"),
      hang: 4)
    output.line(
      "Type " + .name("next") + " to run the first layer, " + .name("help") + " for everything.",
      hang: 4)
    output.blank()
    self.output = output
  }
}
