import Testing

@testable import Scaling

/// Tasks in time, against times worked out by hand.
@Suite struct StepTimelineTests {
  /// 100 bytes a second, and 1 s for each message.
  private static let link = Link(bandwidth: 100, latency: 1)

  /// The second layer's gradients are sent while the first layer is computed; its own wait for the link.
  @Test func sendsWhileComputing() {
    var timeline = StepTimeline(link: Self.link)
    let second = timeline.compute(3, after: [])
    let sent = timeline.send(.gradients, of: "b", bytes: 400, messages: 1, after: [second])
    let first = timeline.compute(4, after: [second])
    let last = timeline.send(.gradients, of: "a", bytes: 100, messages: 2, after: [first])
    timeline.run()
    func times(_ task: Int) -> [Double] {
      [timeline.entries[task].ready, timeline.entries[task].start, timeline.entries[task].end]
    }
    #expect(times(second) == [0, 0, 3])
    #expect(times(sent) == [3, 3, 8])
    #expect(times(first) == [3, 3, 7])
    #expect(times(last) == [7, 8, 11])
    #expect(timeline.seconds == 11)
    #expect(timeline.busy == 7)
    #expect(timeline.bytes == 500)
  }

  /// What is ready goes before what was added earlier but still waits.
  @Test func doesNotHoldBackWhatIsReady() {
    var timeline = StepTimeline(link: Self.link)
    let slow = timeline.send(.inputs, of: "a", bytes: 900, messages: 1, after: [])
    let late = timeline.compute(1, after: [slow])
    let early = timeline.compute(5, after: [])
    timeline.run()
    #expect(timeline.entries[early].start == 0)
    #expect(timeline.entries[late].start == 10)
  }

  /// The busiest rank's bytes take the time; the mean is what is counted.
  @Test func waitsForTheBusiest() {
    var timeline = StepTimeline(link: Self.link)
    _ = timeline.send(.inputs, of: "a", bytes: 100, busiest: 300, messages: 0, after: [])
    timeline.run()
    #expect(timeline.seconds == 3)
    #expect(timeline.bytes == 100)
  }

  static let bandwidths: [(String, Double?)] = [
    ("10Gbit", 1.25e9), ("10 Gbit/s", 1.25e9), ("1Gb", 1.25e8), ("1.25GB", 1.25e9),
    ("800MB/s", 8e8), ("0.5kB", 500), ("10", nil), ("Gbit", nil), ("10 parsec", nil), ("-1GB", nil),
    ("0GB", 0), ("1e9GB", nil), ("", nil),
  ]

  @Test(arguments: bandwidths)
  func readsBandwidth(_ text: String, _ value: Double?) { #expect(Link.bandwidth(text) == value) }

  static let latencies: [(String, Double?)] = [
    ("50us", 50e-6), ("50 µs", 50e-6), ("0.2ms", 0.2e-3), ("0s", 0), ("50", nil), ("us", nil),
    ("-1us", nil),
  ]

  @Test(arguments: latencies)
  func readsLatency(_ text: String, _ value: Double?) {
    let read = Link.latency(text)
    #expect((read == nil) == (value == nil))
    #expect(abs((read ?? 0) - (value ?? 0)) < 1e-15)
  }
}
