import Foundation
import Layers
import Notebook
import TestSupport
import Testing

@testable import Cells
@testable import Commands
@testable import Networks

/// Loaded weights, and a last layer for other classes.
@Suite struct NewClassesTests {
  /// A session with a small network whose weights were loaded from a file.
  private func withLoaded(_ work: (inout Session, _ folder: String) throws -> Void) throws {
    try inTemporaryFolder { folder in
      try smallNetworkFile.write(
        toFile: folder + "/small.json", atomically: true, encoding: .utf8)
      var session = Session(host: QuietHost())
      for cell in [
        "network load \(folder)/small.json", "seed 7", "save weights \(folder)/w.safetensors",
        "seed 1", "load \(folder)/w.safetensors",
      ] {
        let result = session.run(cell)
        try #require(result.failure == nil, "\(cell): \(result.failure?.message ?? "")")
      }
      try work(&session, folder)
    }
  }

  private func parameters(_ layer: String, _ session: Session) throws -> [[Float]] {
    var weights = session.weights
    let geometry = try #require(try session.geometry().first { $0.name == layer })
    return try weights.parameters(
      of: geometry, initialization: session.network.layers[geometry.index].initialization
    ).map(\.values)
  }

  /// `set classes 2` draws a new last layer from the seed, keeps the rest, forgets the class names and
  /// what was computed with the old layer; `undo` brings everything back.
  @Test func replacesTheLastLayer() throws {
    try withLoaded { session, _ in
      #expect(session.run("forward").failure == nil)
      let (conv, linear) = (try parameters("conv1", session), try parameters("fc6", session))
      let result = session.run("set classes 2")
      #expect(result.failure == nil)
      let text = WeightFileTests.words(result)
      #expect(text.contains("fc6: outputs 3 → 2"), "\(text)")
      #expect(
        text.contains("fc6 is initialized anew; conv1 keeps its weights."), "\(text)")
      #expect(session.trace == nil && session.network.labels == nil)
      #expect(session.network.classCount == 2)
      #expect(try parameters("conv1", session) == conv)
      let new = try parameters("fc6", session)
      #expect(new[0].count == linear[0].count / 3 * 2)
      #expect(new[0] != Array(linear[0].prefix(new[0].count)))
      #expect(try session.weights.untrained(session.geometry()).map(\.name) == ["fc6"])
      let forward = WeightFileTests.words(session.run("forward"))
      #expect(forward.contains("class 0") && forward.contains("class 1"), "\(forward)")
      #expect(!forward.contains("cat"))
      #expect(forward.contains("fc6 untrained: the classes mean nothing"), "\(forward)")
      #expect(session.run("seed 5").failure == nil)
      #expect(try parameters("conv1", session) == conv)
      #expect(try parameters("fc6", session) != new)
      #expect(WeightFileTests.words(session.run("summary")).contains("fc6"))
      #expect(session.run("fc6.shape").failure == nil)

      #expect(session.run("undo").failure == nil)
      #expect(session.network.labels == ["cat", "dog", "hen"] && session.trace == nil)
      #expect(try parameters("fc6", session) == linear)
      #expect(WeightFileTests.words(session.run("forward")).contains("cat"))
    }
  }

  /// Another seed draws another last layer; the same seed the same one.
  @Test func drawsFromTheSeed() throws {
    var drawn: [[[Float]]] = []
    for seed in [4, 4, 5] {
      try withLoaded { session, _ in
        #expect(session.run("seed \(seed)").failure == nil)
        #expect(session.run("set classes 2").failure == nil)
        drawn.append(try parameters("fc6", session))
      }
    }
    #expect(drawn[0] == drawn[1] && drawn[0] != drawn[2])
  }

  /// `train --from loaded` starts with what is loaded; the new layer is drawn. Without the option a note
  /// says that it isn't used.
  @Test func trainsOn() throws {
    try withLoaded { session, folder in
      try writeNoisyImages(to: folder + "/data", side: 9, perClass: 6, stream: "new classes")
      let conv = try parameters("conv1", session)
      #expect(session.run("set classes 2").failure == nil)
      let train = "train --data \(folder)/data --epochs 1 --batch 3 --set validation=0"
      let result = session.run("\(train) --from loaded --freeze conv1 --out \(folder)/run")
      #expect(result.failure == nil, "\(result.failure?.message ?? "")")
      let text = WeightFileTests.words(result)
      #expect(text.contains("recipe fine-tune · small"), "\(text)")
      #expect(text.contains("loaded (SHA-256 ") && text.contains("taken conv1 new fc6"), "\(text)")
      #expect(session.run("load \(folder)/run").failure == nil)
      #expect(try parameters("conv1", session) == conv)

      let plain = session.run("\(train) --out \(folder)/other --set resize=9 --set crop=none")
      #expect(plain.failure == nil, "\(plain.failure?.message ?? "")")
      #expect(
        WeightFileTests.words(plain).contains(
          "the loaded weights aren't used: --from loaded starts from them"))
    }
  }

  /// Nothing is loaded.
  @Test func nothingLoaded() {
    var session = Session(host: QuietHost())
    let failure = session.run("train --from loaded --data shapes").failure
    #expect(failure?.message == "no weights are loaded")
    #expect(failure?.hint == "load trained first, or train --from trained")
  }
}
