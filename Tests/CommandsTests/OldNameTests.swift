import Notebook
import Synchronization
import Tensors
import Testing

@testable import Cells
@testable import Commands
@testable import Documents

/// Names of older versions, which work for one version and say the new name.
@Suite struct OldNameTests {
  /// A host that keeps the warnings.
  final class Listener: Cells.Host {
    let cancellation = Cancellation()
    let width = 80
    let isInteractive = true
    let warnings = Mutex<[String]>([])
    func show(_ document: Document) {}
    func report(progress: String?) {}
    func warn(_ text: String) { warnings.withLock { $0.append(text) } }
  }

  /// The text and the JSON that a cell gives, and the warnings on the way.
  static func run(_ cell: String) -> (text: String, json: String, warnings: [String]) {
    let host = Listener()
    var session = Session(host: host)
    let result = session.run(cell)
    #expect(result.failure == nil, "\(result.failure?.message ?? "")")
    return (result.output.plainText, result.json.text, host.warnings.withLock { $0 })
  }

  @Test func viewsAreCrops() {
    let new = Self.run("predict trained card --crops ten")
    let old = Self.run("predict trained card --views ten")
    #expect(old.text == new.text && old.json == new.json)
    #expect(Self.run("predict trained card").json != new.json)
    // Programs that read the old member of the JSON still find it.
    #expect(new.json.contains(#""crops": "ten-crop", "views": "ten-crop""#), "\(new.json)")
    #expect(new.warnings == [])
    #expect(old.warnings.count == 1 && old.warnings[0].contains("--crops"), "\(old.warnings)")
    #expect(Self.run("predict trained card --crops mirrored --views ten").warnings == [])
  }

  /// Help and completion show the new name only.
  @Test(arguments: ["evaluate", "predict"])
  func areHidden(_ command: String) {
    var session = Session(host: QuietHost())
    let help = session.run("help \(command)").output.plainText
    #expect(help.contains("--crops <crops>") && !help.contains("views"), "\(help)")
    let line = "\(command) --"
    let options = session.completions(line, cursor: line.count, isFirstLine: true).candidates
    #expect(options.map(\.text).filter { ["--crops", "--views"].contains($0) } == ["--crops"])
  }

  /// A recipe's field, at the command line: the training is refused for another reason.
  @Test func viewsOfARecipe() {
    for (field, warnings) in [("views", 1), ("crops", 0)] {
      let host = Listener()
      var session = Session(host: host)
      let result = session.run("train --set \(field)=ten-crop --set momentum=two")
      #expect(result.failure?.message.contains("momentum") == true)
      #expect(host.warnings.withLock(\.count) == warnings)
    }
  }
}
