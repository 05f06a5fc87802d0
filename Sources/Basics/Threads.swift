import CLibrary
import Synchronization

/// A system thread, for work that ends by itself.
///
/// Foundation's `Thread.start()` doesn't report that no thread could be started, and Dispatch keeps
/// trying, so code that waits for the work would wait forever.
public struct WorkThread {
  private let handle: pthread_t

  /// Starts a thread; nil if the system allows no more threads.
  ///
  /// - Parameters:
  ///   - stackSize: the size of its stack in bytes; nil for the system's choice.
  ///   - body: what the thread runs. Call `wait()` or `detach()` afterwards.
  public init?(stackSize: Int? = nil, _ body: @escaping @Sendable () -> Void) {
    let box = Unmanaged.passRetained(Body(body))
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    if let stackSize { pthread_attr_setstacksize(&attributes, stackSize) }
    #if canImport(Darwin)
      var started: pthread_t?
    #else
      var started = pthread_t()
    #endif
    let status = pthread_create(&started, &attributes, runBody, box.toOpaque())
    guard status == 0 else {
      box.release()
      return nil
    }
    #if canImport(Darwin)
      guard let started else { return nil }
    #endif
    handle = started
  }

  /// Waits until the body has returned.
  public func wait() { pthread_join(handle, nil) }

  /// Lets the thread run on without anyone waiting for it.
  public func detach() { pthread_detach(handle) }
}

/// What a thread runs.
private final class Body: Sendable {
  let run: @Sendable () -> Void

  init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

#if canImport(Darwin)
  private func runBody(_ context: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run()
    return nil
  }
#else
  private func runBody(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let context { Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run() }
    return nil
  }
#endif

/// Runs `body` for each number below `count`, on as many threads as there are cores, or as many as
/// can be started; if none can be, on the calling thread. Work begins in order.
///
/// - Parameter threads: the number of threads, the calling one included; nil for the cores.
package func concurrently(
  _ count: Int, threads: Int? = nil, _ body: @Sendable (Int) -> Void
) {
  let next = Atomic(0)
  withoutActuallyEscaping(body) { body in
    let work: @Sendable () -> Void = {
      while true {
        let number = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard number < count else { return }
        body(number)
      }
    }
    let most = threads ?? coreCount
    var threads: [WorkThread] = []
    while threads.count < min(count, most) - 1, let thread = WorkThread(work) {
      threads.append(thread)
    }
    work()
    for thread in threads { thread.wait() }
  }
}

/// The number of cores that are online, at least 1.
package var coreCount: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
