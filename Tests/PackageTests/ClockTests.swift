import Foundation
import Testing

/// Python that waits or measures asks a clock that nobody sets. The time of day jumped by a minute in the middle
/// of a test, which then had waited too long after 15 seconds.
struct ClockTests {
  @Test func pythonMeasuresWithAMonotonicClock() throws {
    var count = 0
    for folder in ["Tests", "Benchmarks", "Golden", "Scripts", "Examples"] {
      let place = Manifest.root.appending(path: folder)
      let names = FileManager.default.enumerator(atPath: place.path)?.allObjects ?? []
      for case let name as String in names where name.hasSuffix(".py") {
        let text = try String(contentsOf: place.appending(path: name), encoding: .utf8)
        #expect(!text.contains("time.time()"), "\(folder)/\(name): use time.monotonic()")
        count += 1
      }
    }
    #expect(count > 50)
  }
}
