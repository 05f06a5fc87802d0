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
  ///
  /// On Linux this is the kernel's figure for this program alone. `ru_maxrss` also counts the process that
  /// started it: with vfork a program begins in the memory of a large parent.
  package var peakMemory: Double {
    #if canImport(Darwin)
      Double(usage.ru_maxrss)
    #else
      Memory.peak.map(Double.init) ?? Double(usage.ru_maxrss) * 1024
    #endif
  }

  /// The processor time of all threads, in seconds.
  package var processorSeconds: Double {
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
    return seconds(usage.ru_utime) + seconds(usage.ru_stime)
  }
}
