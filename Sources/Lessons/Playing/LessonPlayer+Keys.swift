import Basics
import Documents
import Expressions

// What may be typed.
extension LessonPlayer {
  /// What stands before the cursor.
  var prompt: String {
    switch state {
    case .resuming: "resume> "
    case .reopening: "review> "
    case .consenting: "run> "
    case .answering: "answer> "
    case .reaching: "cell> "
    case .finished, .stopped: "lesson> "
    case .playing: "play> "
    case .ended: ""
    }
  }

  /// Whether cells are typed, which may go over several lines and belong to the history.
  var takesCells: Bool { state == .reaching || state == .playing }

  /// The words that count here, in the order in which they are shown.
  var keys: [String] {
    switch state {
    case .resuming: ["over", "always", "quit"]
    case .reopening: ["review", "over", "quit"]
    case .consenting: ["run", "skip", "back", "play", "quit"]
    case .answering, .reaching: ["hint", "skip", "back", "play", "again", "quit"]
    case .finished:
      (question?.offersSee == true ? ["see"] : []) + ["back", "play", "again", "quit"]
    case .stopped: ["skip", "back", "quit"]
    case .playing: ["back", "quit"]
    case .ended: []
    }
  }

  /// Shows what may be typed.
  mutating func showKeys() {
    let text: Text =
      switch state {
      case .resuming:
        "enter to go on · " + .name("over") + " to start over · " + .name("always")
          + " to go on and not be asked again · " + .name("quit")
      case .reopening:
        "enter to review it, with your answers · " + .name("over")
          + " to start over; it stays done · " + .name("quit")
      case .consenting:
        "enter to run it · " + .name("skip") + " to go on without · " + .name("back") + " · "
          + .name("play") + " · " + .name("quit")
      case .stopped:
        "enter to run the step again · " + .name("skip") + " to go on without what its cells do · "
          + .name("back") + " · " + .name("quit")
      case .finished:
        (hasNext ? "enter to go on · " : "enter to end the lesson · ") + named
      case .playing:
        "Type any cell; the lesson waits as it is. " + .name("back") + " returns to it, "
          + .name("quit") + " leaves it."
      case .answering, .reaching: named
      case .ended: ""
      }
    show(text, hang: 2)
  }

  private var named: Text {
    keys.map { key in
      key == "see" ? .name("see") + " " + Text(posed?.see ?? "") : .name(key)
    }.joined(" · ")
  }

  /// Takes a line.
  package mutating func take(_ line: String) {
    shown = Document()
    let word = line.trimmingSpaces()
    if state == .playing { return takePlay(line, word) }
    if state == .resuming { return takeResuming(word) }
    if state == .reopening { return takeReopening(word) }
    if state == .consenting { return takeConsent(line, word) }
    switch word.lowercased() {
    case "": takeEmpty()
    case "quit", "exit", "q": leave()
    case "back": goBack()
    case "?", "help", "keys": showKeys()
    case "play" where state != .stopped: beginPlay()
    case "again" where state != .stopped: again()
    case "hint" where state == .answering || state == .reaching: hint()
    case "skip" where state == .answering || state == .reaching: skip()
    case "skip" where state == .stopped: skipCells()
    case "see" where state == .finished && posed?.see != nil:
      see()
      showKeys()
    default: takeOther(line, word)
    }
  }

  /// Goes on in a step whose cells were stopped, as if there were none.
  private mutating func skipCells() {
    ask()
    save()
  }

  private mutating func takeEmpty() {
    switch state {
    case .finished: advance()
    case .stopped: enter(place)
    default: showKeys()
    }
  }

  /// Takes what is no key: an answer, a cell of the exercise, or a cell of the learner's own, which
  /// runs in play.
  mutating func takeOther(_ line: String, _ word: String) {
    switch state {
    case .answering: answer(word)
    case .reaching: reach(line)
    case .finished where word == posed?.see || word == posed?.see.map({ "see " + $0 }):
      see()
      showKeys()
    case .finished where !isSlip(word), .consenting where !isSlip(word):
      play = (session, state)
      state = .playing
      takePlay(line, word)
      show(.faint("In play: ") + .name("back") + .faint(" returns to the lesson."))
    default:
      let near = Suggestion.nearest(to: word, among: keys).map {
        ": did you mean " + .name($0) + "?"
      }
      show("\(quoted(word)) is not a key here" + (near ?? ".") as Text, hang: 2)
      showKeys()
    }
  }

  /// Whether a word that is no key was meant as one: a key that counts elsewhere, or a slip of one that
  /// counts here.
  private func isSlip(_ word: String) -> Bool {
    let all = ["hint", "skip", "see", "over", "always", "review", "run", "again", "play"]
    if all.contains(word.lowercased()) { return true }
    let isName =
      session.commands.named(word) != nil || session.bindings[word] != nil
      || session.network.index(of: word) != nil
    return !isName && word.allSatisfy(\.isLetter)
      && Suggestion.nearest(to: word, among: keys) != nil
  }

  private mutating func takeResuming(_ word: String) {
    switch word.lowercased() {
    case "", "go on", "on", "yes", "y": goOn(at: place)
    case "over", "start over", "no", "n": startOver()
    case "always", "don't ask again", "dont ask again":
      if let note = store.stopAsking() { show(.notice("note: ") + Text(note), hang: 6) }
      show(.faint("progress --ask makes lessons ask again."))
      goOn(at: place)
    case "quit", "exit", "q": leaveUnopened()
    default: showKeys()
    }
  }

  /// The end of the input: play ends first, then the lesson.
  mutating func takeEnd() {
    shown = Document()
    switch state {
    case .playing: endPlay()
    case .reopening: leaveUnopened()
    default: leave()
    }
  }

  mutating func leave() {
    if state != .resuming, state != .ended { save() }
    state = .ended
    show(
      "Left \(lesson.call) at step \(place + 1) of \(lesson.steps.count). " + .name(lesson.command)
        + " goes on there.")
  }

  mutating func beginPlay() {
    play = (session, state)
    state = .playing
    showKeys()
  }

  private mutating func takePlay(_ line: String, _ word: String) {
    switch word.lowercased() {
    case "back", "lesson": endPlay()
    case "quit", "exit", "q":
      returnFromPlay()
      leave()
    case "": showKeys()
    default:
      guard let result = play?.session.run(line) else { return }
      if !show(result) {
        host.cancellation.reset()
        show(.notice("stopped"))
      }
    }
  }

  private mutating func endPlay() {
    returnFromPlay()
    show("Back in \(lesson.call), step \(place + 1), as you left it.")
    if state == .answering || state == .reaching { showQuestion() }
    showKeys()
  }

  private mutating func returnFromPlay() {
    if let play { state = play.before }
    play = nil
  }

  /// Asks again with other numbers, from the beginning of the exercise.
  private mutating func again() {
    record.draw[step.name, default: 0] += drawsToOtherNumbers
    session = starts[place]
    asksAnew = true
    enter(place)
  }
}
