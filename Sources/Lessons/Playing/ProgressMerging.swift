// Progress of two places as one, of which nothing is lost.
extension LessonProgress {
  /// What merging changed.
  struct Merged: Equatable {
    /// Lessons that were not known here.
    var added: [String] = []
    /// Lessons that came further.
    var changed: [String] = []
  }

  /// Takes in the progress of another place. The own seed stays, where there is one.
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
  /// The record with all that was done here or there. Where the learner is, and the numbers that were
  /// drawn, are those of the one that came further.
  func merged(_ other: LessonRecord) -> LessonRecord {
    func progress(_ record: LessonRecord) -> (Int, Int, Int) {
      (record.isFinished && !record.isRetaken ? 1 : 0, record.done.count, record.index)
    }
    let isFurther = progress(other) > progress(self)
    let (ahead, behind) = isFurther ? (other, self) : (self, other)
    var both = ahead
    both.done += behind.done.filter { !ahead.done.contains($0) }
    // What was answered in one place was not skipped.
    both.skipped = both.done.filter { step in
      [ahead, behind].allSatisfy { !$0.done.contains(step) || $0.skipped.contains(step) }
    }
    for step in both.done {
      let hints = [ahead, behind].filter {
        $0.done.contains(step) && $0.skipped.contains(step) == both.skipped.contains(step)
      }.map { $0.hints[step] ?? 0 }.min()
      both.hints[step] = hints == 0 ? nil : hints
    }
    both.keep(behind)
    return both
  }
}
