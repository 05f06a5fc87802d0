import Basics
import Foundation

/// The machine that results were measured on.
package struct Machine: Sendable {
  /// The processor's model name; nil if the system doesn't report it.
  package let processor: String?
  /// The number of active cores.
  package let cores: Int
  /// The operating system and its version.
  package let system: String

  /// The machine that this program runs on.
  package static var current: Machine {
    let process = ProcessInfo.processInfo
    return Machine(
      processor: processorName, cores: process.activeProcessorCount,
      system: process.operatingSystemVersionString)
  }

  /// The processor, the cores and the system in one line.
  package var words: String {
    [processor, NumberFormat.count(cores, "core"), system].compactMap(\.self).joined(
      separator: ", ")
  }

  private static var processorName: String? {
    #if canImport(Darwin)
      var size = 0
      let name = "machdep.cpu.brand_string"
      guard sysctlbyname(name, nil, &size, nil, 0) == 0, size > 1 else { return nil }
      var bytes = [UInt8](repeating: 0, count: size)
      guard sysctlbyname(name, &bytes, &size, nil, 0) == 0 else { return nil }
      return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    #else
      guard let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8) else {
        return nil
      }
      let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
      return line?.split(separator: ":", maxSplits: 1).last?
        .trimmingCharacters(in: .whitespaces)
    #endif
  }
}
