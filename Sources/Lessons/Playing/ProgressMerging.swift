// Merging progress from two places without losing anything.
extension LessonProgress {
  /// The lessons that a merge changed.
  struct Merged: Equatable {
    /// The lessons that had no record here.
    var added: [String] = []
    /// The lessons whose other record was further along.
    var changed: [String] = []
  }

  /// Merges in progress from another place. This learner's seed is kept, if there is one.
  mutating func merge(_ other: LessonProgress) -> Merged {
    var merged = Merged()
    seed = seed ?? other.seed
    last = last ?? other.last
    for (name, theirs) in other.lessons.sorted(by: { $0.key < $1.key }) {
      guard let own = lessons[name] else {
        lessons[name] = theirs
        merged.added.append(name)
        continue
      }
      let both = own.merged(theirs)
      if both != own { merged.changed.append(name) }
      lessons[name] = both
    }
    return merged
  }
}

extension LessonRecord {
  /// The record with everything done in either place. The current step and the drawn numbers are
  /// those of the record that is further along.
  func merged(_ other: LessonRecord) -> LessonRecord {
    func progress(_ record: LessonRecord) -> (Int, Int, Int) {
      (record.isFinished && !record.isRetaken ? 1 : 0, record.done.count, record.index)
    }
    let isFurther = progress(other) > progress(self)
    let (ahead, behind) = isFurther ? (other, self) : (self, other)
    var both = ahead
    both.done += behind.done.filter { !ahead.done.contains($0) }
    // A step that was answered in one place doesn't count as skipped.
    both.skipped = both.done.filter { step in
      [ahead, behind].allSatisfy { !$0.done.contains(step) || $0.skipped.contains(step) }
    }
    for step in both.done {
      let hints = [ahead, behind].filter {
        $0.done.contains(step) && $0.skipped.contains(step) == both.skipped.contains(step)
      }.map { $0.hints[step] ?? 0 }.min()
      both.hints[step] = hints == 0 ? nil : hints
    }
    both.misses.merge(behind.misses, uniquingKeysWith: max)
    both.keep(behind)
    return both
  }
}
