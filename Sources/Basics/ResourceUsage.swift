import CLibrary

/// What this process has used so far.
package struct ResourceUsage {
  private let usage: rusage

  /// The current figures.
  package init() {
    var usage = rusage()
    #if canImport(Darwin)
      getrusage(RUSAGE_SELF, &usage)
    #else
      getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    #endif
    self.usage = usage
  }

  /// The peak of the resident memory, in bytes.
  package var peakMemory: Double {
    #if canImport(Darwin)
      Double(usage.ru_maxrss)
    #else
      Self.peakOfAddressSpace ?? Double(usage.ru_maxrss) * 1024
    #endif
  }

  #if !canImport(Darwin)
    /// The kernel's figure for this program alone, in bytes. `ru_maxrss` also counts the process that
    /// started it: with vfork a program begins in the memory of a large parent.
    private static var peakOfAddressSpace: Double? {
      let file = open("/proc/self/status", O_RDONLY | O_CLOEXEC)
      guard file >= 0 else { return nil }
      defer { close(file) }
      var bytes = [UInt8](repeating: 0, count: 8192)
      let count = read(file, &bytes, bytes.count)
      guard count > 0 else { return nil }
      for line in String(decoding: bytes[..<count], as: UTF8.self).split(separator: "\n")
      where line.hasPrefix("VmHWM:") {
        let words = line.split { $0 == " " || $0 == "\t" }
        return words.dropFirst().first.flatMap { Double($0) }.map { $0 * 1024 }
      }
      return nil
    }
  #endif

  /// The processor time of all threads, in seconds.
  package var processorSeconds: Double {
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
    return seconds(usage.ru_utime) + seconds(usage.ru_stime)
  }
}
