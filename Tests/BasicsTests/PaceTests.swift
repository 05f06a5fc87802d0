import Basics
import Testing

/// How often something is shown.
struct PaceTests {
  @Test func waitsAfterEachTime() {
    var pace = Pace(every: .milliseconds(100))
    let start = ContinuousClock.now
    let shown = [0, 50, 99, 100, 150, 199, 1000, 1001].filter {
      pace.isDue(at: start + .milliseconds($0))
    }
    #expect(shown == [0, 100, 1000])
  }
}
