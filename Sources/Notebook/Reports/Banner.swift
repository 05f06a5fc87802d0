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
        + "\(NumberFormat.engineering(Double(summary.multiplyAdds)))MACs"
    }
    output.line(line, hang: 4)
    output.line(
      "Picture: \(session.picture.name). Type " + .name("next") + " to run the first layer, "
        + .name("help") + " for everything.", hang: 4)
    output.blank()
    self.output = output
  }
}
