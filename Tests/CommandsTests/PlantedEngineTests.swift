import Testing

@testable import Cells
@testable import Notebook

/// The engines of lesson 16 at the prompt: available by name, never suggested.
@Suite struct PlantedEngineTests {
  @Test func areNotAmongTheEngines() throws {
    #expect(Engines.planted == (1...8).map { "planted-\($0)" })
    #expect(Engines.all.allSatisfy { !$0.name.hasPrefix("planted") })
    #expect(!Engines.fastest.hasPrefix("planted"))
    for name in Engines.planted { #expect(try Engines.named(name).name == name) }
    #expect(throws: Failure.self) { try Engines.named("planted-9") }
  }

  @Test func whySaysThatTheKernelComputedAnotherNumber() {
    var session = Session(host: QuietHost(isInteractive: true))
    _ = session.run("network cuda-convnet-26")
    // An engine chosen for one command runs the layers itself, since no earlier command used it.
    let wrong = session.run("why pool2[3, 7, 7] --engine planted-6")
    #expect(wrong.failure == nil)
    #expect(wrong.output.plainText.contains("✗ the kernel computed another number"))
    #expect(session.trace?.position ?? 0 == 0)
    let right = session.run("goto pool2\nwhy pool2[3, 7, 7]")
    #expect(right.output.plainText.contains("✓"))
    #expect(!right.output.plainText.contains("✗"))
  }

  @Test func verifyGradientSaysWhatItMeans() {
    var session = Session(host: QuietHost(isInteractive: true))
    let wrong = session.run(
      "verify gradient conv1 --samples 2 --engine planted-5 --network cuda-convnet-26")
    #expect(wrong.output.exitCode == 1)
    #expect(wrong.output.plainText.contains("✗ the backward kernel is not the derivative"))
  }

  @Test func goldenVerifyInBriefNamesAllThatFailed() {
    var session = Session(host: QuietHost(isInteractive: true))
    let brief = session.run("golden verify max_pooling --brief --engine planted-2")
    #expect(brief.output.exitCode == 1)
    #expect(brief.output.plainText.contains("zeros"))
    #expect(
      brief.output.plainText.contains(#/✗ \d+ of \d+ cases failed: planted-2/#),
      "\(brief.output.plainText)")
  }
}
