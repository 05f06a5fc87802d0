import CLibrary

/// A number of bytes, printed as `1.3 GiB` or `640 MiB`.
public struct ByteCount: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The number.
  public var bytes: Int

  /// This number of bytes.
  public init(_ bytes: Int) { self.bytes = bytes }

  /// The bytes of this number of Floats.
  public init(floats: Int) {
    let (bytes, overflow) = floats.multipliedReportingOverflow(by: 4)
    self.bytes = overflow ? .max : bytes
  }

  /// Smaller allocations aren't checked beforehand.
  public static let worthChecking = ByteCount(1 << 20)

  /// Compares the numbers.
  public static func < (a: ByteCount, b: ByteCount) -> Bool { a.bytes < b.bytes }

  /// The sum, limited to `Int.max`.
  public static func + (a: ByteCount, b: ByteCount) -> ByteCount {
    let (sum, overflow) = a.bytes.addingReportingOverflow(b.bytes)
    return ByteCount(overflow ? .max : sum)
  }

  /// Adds a number of bytes.
  public static func += (a: inout ByteCount, b: ByteCount) { a = a + b }

  /// The number in a fitting unit, a power of 1024.
  public var description: String {
    switch bytes {
    case ..<1024: return "\(bytes) B"
    case ..<(10 << 20): return "\(bytes >> 10) KiB"
    case ..<(1 << 30): return "\(bytes >> 20) MiB"
    default:
      let tenths = Int(rounding: Double(bytes) / 0x1p30 * 10)
      return "\(tenths / 10).\(tenths % 10) GiB"
    }
  }
}

/// Thrown before work that would not fit in memory, instead of an allocation that ends the program.
public struct MemoryShortage: DescribedError, Hashable {
  /// What the memory is for.
  public let purpose: String
  /// What the work needs.
  public let needed: ByteCount
  /// What is free.
  public let available: ByteCount
  /// The next step.
  public let hint: String?

  /// `training quick32 at batch 64 takes about 1.3 GiB of memory, and 640 MiB is free`.
  public var message: String {
    "\(purpose) takes about \(needed) of memory, and \(available) is free"
  }

  /// Always `.resource`.
  public var kind: ErrorKind { .resource }
}

/// The memory that the program may still allocate.
public enum Memory {
  /// Throws if a piece of work would need more memory than is available.
  ///
  /// - Parameters:
  ///   - needed: a lower bound of what the work needs.
  ///   - purpose: what it is for, as the subject of a sentence.
  ///   - hint: what needs less.
  public static func require(
    _ needed: ByteCount, for purpose: String, hint: String
  ) throws(MemoryShortage) {
    guard let available, needed > available else { return }
    throw MemoryShortage(purpose: purpose, needed: needed, available: available, hint: hint)
  }

  /// The least of what the machine has left, what the control groups of the process leave, and what
  /// its own limits leave; nil if none of them is known.
  public static var available: ByteCount? {
    let known = [machine, controlGroups, addressSpace].compactMap(\.self)
    return known.min().map { ByteCount(max(0, $0)) }
  }

  /// What to leave free for libraries, beyond what is counted. When the address space is limited,
  /// each thread's allocator reserves a piece of it, and oneDNN crashes at the first allocation
  /// that fails.
  public static var headroom: ByteCount { ByteCount(addressSpace == nil ? 0 : 160 << 20) }

  /// What the program needs beside the work, such as for its report: an allocation that fails ends it.
  private static let reserve = 2 << 20

  /// What the limits of the process leave for work (`ulimit -v`, `ulimit -d`).
  private static var addressSpace: Int? {
    #if os(Linux)
      let status = text(of: "/proc/self/status")
      func left(_ resource: Int32, taken name: String) -> Int? {
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0, limit.rlim_cur < UInt(Int.max),
          let taken = kilobytes(name, in: status)
        else { return nil }
        return Int(limit.rlim_cur) - taken - reserve
      }
      return [
        left(Int32(RLIMIT_AS.rawValue), taken: "VmSize:"),
        left(Int32(RLIMIT_DATA.rawValue), taken: "VmData:"),
      ].compactMap(\.self).min()
    #else
      return nil
    #endif
  }

  /// What the machine can give, swap included.
  private static var machine: Int? {
    let text = text(of: "/proc/meminfo")
    guard let free = kilobytes("MemAvailable:", in: text) else { return nil }
    return free + (kilobytes("SwapFree:", in: text) ?? 0)
  }

  /// What the process's control group and its parents leave; caches that the system can drop count
  /// as free.
  private static var controlGroups: Int? {
    guard
      let line = text(of: "/proc/self/cgroup").split(separator: "\n").first(where: {
        $0.hasPrefix("0::/")
      })
    else { return nil }
    var path = "/sys/fs/cgroup" + line.dropFirst(3)
    var least: Int?
    while path.utf8.count > "/sys/fs/cgroup".utf8.count {
      if let most = Int(text(of: path + "/memory.max").filter(\.isNumber)),
        let taken = Int(text(of: path + "/memory.current").filter(\.isNumber))
      {
        let cache =
          text(of: path + "/memory.stat").split(separator: "\n")
          .first { $0.hasPrefix("inactive_file ") }
          .flatMap { Int($0.dropFirst("inactive_file ".count)) } ?? 0
        least = min(least ?? .max, most - max(0, taken - cache))
      }
      guard let slash = path.lastIndex(of: "/") else { break }
      path = String(path[..<slash])
    }
    return least
  }

  /// The most memory that this program has had at once; nil where the system doesn't say.
  static var peak: Int? { kilobytes("VmHWM:", in: text(of: "/proc/self/status")) }

  /// The number after a name in a file of /proc, in bytes.
  private static func kilobytes(_ name: String, in text: String) -> Int? {
    guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix(name) }) else {
      return nil
    }
    return Int(line.dropFirst(name.count).filter(\.isNumber)).map { $0 << 10 }
  }

  /// The text of a small system file; empty if it doesn't exist.
  private static func text(of path: String) -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return "" }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    let count = read(descriptor, &bytes, bytes.count)
    return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
  }
}
