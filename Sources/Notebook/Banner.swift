import Basics
import Cells
import Documents
import Lessons
import Networks

/// The lines above the first prompt: what is loaded, and suggestions for how to begin.
package struct Banner {
  package let output: Output

  /// The banner for a new session.
  package init(_ session: Session) {
    var output = Output()
    var line: Text = .strong("AlexNet notebook") + .spaces(4) + .name(session.network.name)
    if let summary = try? Summary(session.network) {
      line +=
        " · \(NumberFormat.grouped(summary.parameters)) parameters · "
        + "\(NumberFormat.engineering(Double(summary.multiplyAdds), unit: "multiply-adds"))"
    }
    output.line(line, hang: 4)
    output.line(
      .faint("image: \(session.picture.name) · weights: untrained, seed \(session.settings.seed)"),
      hang: 4)
    output.blank()
    let doors = Self.doors(session)
    let width = (doors.map { displayWidth($0.command) }.max() ?? 0) + 3
    for door in doors {
      output.line(
        .name(door.command) + .spaces(width - displayWidth(door.command)) + Text(door.words),
        indent: 2, hang: 2 + width)
    }
    output.blank()
    output.line(
      "Type " + .name("next") + " to run the first layer, " + .name("help") + " for everything.",
      hang: 4)
    output.blank()
    self.output = output
  }

  /// The suggestions, in the order shown.
  static func doors(_ session: Session) -> [Door] {
    [
      .toLessons(progressPath: session.settings.progressPath),
      Door(command: "image photo.jpg", words: "an image of your own; then next, or forward"),
      Door(command: "load trained", words: "a network trained on CIFAR-10; then view conv1.weight"),
    ]
  }
}
