/// When a rank computes and sends in one training step: tasks, each on the processor or on the link,
/// that wait for one another.
///
/// Both work on one task at a time. A resource that is free takes the first of its tasks, in the order in
/// which they were added, of those whose conditions are met.
package struct StepTimeline: Sendable {
  /// What is sent.
  package struct Transfer: Hashable, Sendable {
    /// The layer whose values they are.
    package let layer: String
    /// Which values.
    package let content: Content
    /// The bytes that a rank sends: the mean over the ranks.
    package let bytes: Double
    /// The bytes that the busiest rank sends or receives, which take the longest.
    let busiest: Double
    /// The messages that the busiest rank sends or receives, one after the other.
    let messages: Int
  }

  /// The kinds of values that are sent.
  package enum Content: String, Sendable {
    case gradients = "gradients of its parameters"
    case inputs = "its inputs"
    case inputGradients = "gradients of its inputs"
    case outputs = "its outputs"
    case outputGradients = "gradients of its outputs"
    case edges = "channels at the other column's edge"
  }

  /// A task with its place in time, in seconds from the start of the step.
  package struct Entry: Sendable {
    /// What is sent; nil for computation.
    package let transfer: Transfer?
    /// When its conditions were met.
    package fileprivate(set) var ready = 0.0
    /// When it began.
    package fileprivate(set) var start = 0.0
    /// When it was done.
    package fileprivate(set) var end = Double.infinity
    fileprivate let seconds: Double
    fileprivate let conditions: [Int]
  }

  /// The number of a task.
  typealias Task = Int

  /// The tasks, in the order in which they were added.
  package private(set) var entries: [Entry] = []
  private let link: Link

  /// A step without tasks.
  init(link: Link) { self.link = link }

  /// Adds a computation.
  mutating func compute(_ seconds: Double, after conditions: [Task]) -> Task {
    add(Entry(transfer: nil, seconds: seconds, conditions: conditions))
  }

  /// Adds a transfer.
  ///
  /// - Parameters:
  ///   - bytes: what a rank sends, as a mean over the ranks.
  ///   - busiest: what the busiest rank sends or receives; as much as the others if nil.
  mutating func send(
    _ content: Content, of layer: String, bytes: Double, busiest: Double? = nil, messages: Int,
    after conditions: [Task]
  ) -> Task {
    let transfer = Transfer(
      layer: layer, content: content, bytes: bytes, busiest: busiest ?? bytes, messages: messages)
    return add(
      Entry(
        transfer: transfer,
        seconds: link.seconds(bytes: transfer.busiest, messages: messages), conditions: conditions))
  }

  private mutating func add(_ entry: Entry) -> Task {
    entries.append(entry)
    return entries.count - 1
  }

  /// Gives each task its time.
  mutating func run() {
    var dependents = [[Task]](repeating: [], count: entries.count)
    var missing = entries.map(\.conditions.count)
    for (task, entry) in entries.enumerated() {
      for condition in entry.conditions { dependents[condition].append(task) }
    }
    var free = [false: 0.0, true: 0.0]
    var open = entries.indices.filter { missing[$0] == 0 }
    while !open.isEmpty {
      // The task that can begin first; of several, the one that was added first.
      func start(_ task: Task) -> Double {
        max(entries[task].ready, free[entries[task].transfer != nil] ?? 0)
      }
      let place = open.indices.min { (start(open[$0]), open[$0]) < (start(open[$1]), open[$1]) }
      guard let place else { return }
      let task = open.remove(at: place)
      entries[task].start = start(task)
      let end = entries[task].start + entries[task].seconds
      entries[task].end = end
      free[entries[task].transfer != nil] = end
      for dependent in dependents[task] {
        entries[dependent].ready = max(entries[dependent].ready, end)
        missing[dependent] -= 1
        if missing[dependent] == 0 { open.append(dependent) }
      }
    }
  }

  /// How long the step takes.
  package var seconds: Double { entries.reduce(0) { max($0, $1.end) } }
  /// How long the processor works.
  package var busy: Double {
    entries.reduce(0) { $0 + ($1.transfer == nil ? $1.seconds : 0) }
  }
  /// The bytes that a rank sends, as a mean over the ranks.
  package var bytes: Double { entries.reduce(0) { $0 + ($1.transfer?.bytes ?? 0) } }
  /// The transfers, in the order in which they begin.
  package var transfers: [Entry] {
    entries.filter { $0.transfer != nil }.sorted { ($0.start, $0.end) < ($1.start, $1.end) }
  }
}
