import Basics

/// The connection between ranks: each sends and receives at the same time, at this rate.
package struct Link: Hashable, Sendable {
  /// Bytes per second in each direction.
  package var bandwidth: Double
  /// Seconds from the sending of a message to its arrival, apart from the time that its bytes take.
  package var latency: Double

  /// A link of this bandwidth (bytes per second) and latency (seconds).
  package init(bandwidth: Double, latency: Double) {
    (self.bandwidth, self.latency) = (bandwidth, latency)
  }

  /// The seconds that some messages with these bytes in all take, one after the other.
  package func seconds(bytes: Double, messages: Int) -> Double {
    Double(messages) * latency + bytes / bandwidth
  }

  /// A bandwidth as people write it, in bytes per second: `10Gbit`, `1.25GB`, `800 MB/s`; bits with a
  /// small b. Nil if it isn't one.
  package static func bandwidth(_ text: String) -> Double? {
    quantity(
      text.hasSuffix("/s") ? String(text.dropLast(2)) : text,
      units: [
        "kbit": 125, "Mbit": 125e3, "Gbit": 125e6, "Tbit": 125e9, "kb": 125, "Mb": 125e3,
        "Gb": 125e6, "kB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12,
      ])
  }

  /// A latency in seconds: `50us`, `50 µs`, `0.2ms`. Nil if it isn't one; 0 is.
  package static func latency(_ text: String) -> Double? {
    quantity(text, units: ["ns": 1e-9, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ms": 1e-3, "s": 1])
  }

  private static func quantity(_ text: String, units: [String: Double]) -> Double? {
    let unit = text.drop { $0.isNumber || $0 == "." }
    guard let factor = units[String(unit).trimmingSpaces()],
      let number = Double(text.dropLast(unit.count)), number.isFinite
    else { return nil }
    return number * factor
  }
}
