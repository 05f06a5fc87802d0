import Datasets
import Synchronization
import Tensors
import Testing

@testable import Cells
@testable import Commands
@testable import Documents
@testable import Notebook

/// The progress shown while data is downloaded.
@Suite struct FetchReporterTests {
  /// A host that records progress and notes.
  final class Listener: Host {
    let cancellation = Cancellation()
    let isInteractive = true
    let lines = Mutex<[String]>([])
    let notes = Mutex<[String]>([])
    func show(_ document: Document) {}
    func report(progress: String?) { lines.withLock { $0.append(progress ?? "") } }
    func note(_ text: String) { notes.withLock { $0.append(text) } }
  }

  @Test func lines() {
    let host = Listener()
    let begin = ContinuousClock.now
    let passed = Mutex(0.0)
    let reporter = FetchReporter(host: host) {
      begin + .seconds(passed.withLock { $0 })
    }
    for (seconds, progress) in [
      (0, FetchProgress(.connecting, 0, of: 170_052_171)),
      (1, FetchProgress(.downloading, 20_000_000, of: 170_052_171)),
      (3, FetchProgress(.downloading, 40_000_000, of: 170_052_171)),
      (4, FetchProgress(.waiting(reason: "gone"), 40_000_000, of: 170_052_171)),
      (5, FetchProgress(.downloading, 40_000_000, of: nil)),
      (6, FetchProgress(.checking, 170_052_171, of: 170_052_171)),
    ] as [(Double, FetchProgress)] {
      passed.withLock { $0 = seconds }
      reporter.report(progress)
    }
    #expect(
      host.lines.withLock { $0 } == [
        "connecting",
        "downloading  ██────────────────── 11%  20.0 MB of 170.1 MB",
        "downloading  █████─────────────── 23%  40.0 MB of 170.1 MB  10.0 MB/s  14 s left",
        "interrupted (gone), trying again  █████─────────────── 23%",
        "downloading  40.0 MB",
        "checking the digest  ████████████████████ 100%",
      ])
  }

  /// Without a terminal, each stage and each tenth of the download has a line.
  @Test func notes() {
    let host = Listener()
    let reporter = FetchReporter(host: host)
    for done in 0...1000 {
      reporter.report(FetchProgress(.downloading, done * 1000, of: 1_000_000))
    }
    for done in 0...9 { reporter.report(FetchProgress(.unpacking, done, of: 9)) }
    let notes = host.notes.withLock { $0 }
    #expect(notes.count == 12)
    #expect(notes[0] == "downloading: 0.0 MB of 1.0 MB")
    #expect(notes[5] == "downloading: 0.5 MB of 1.0 MB")
    #expect(notes.last == "unpacking")
  }
}
