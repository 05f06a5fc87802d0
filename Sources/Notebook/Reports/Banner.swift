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
        + "\(NumberFormat.engineering(Double(summary.multiplyAdds)))multiply-adds"
    }
    line += " · picture: \(session.picture.name)"
    output.line(line)
    output.line(
      "Type " + .name("next") + " to run the first layer, " + .name("help") + " for everything.")
    output.blank()
    self.output = output
  }
}
