import Basics
import Documents
import Explanations
import Foundation

// MARK: - The map of the course

extension CourseSite {
  var mapPage: SitePage {
    let minutes = lessons.map(\.minutes).reduce(0, +)
    let cards = lessons.map(card)
    let first = lessons.first
    return SitePage(
      title: SitePage.course,
      main: """
        <div class="hero">
        <h1>\(HTML.escaped(SitePage.course))</h1>
        <p class="lead">In 2012 a network of eight layers changed how computers see. Take it apart \
        here: follow an image through it, find out where any single number came from, and see what \
        follows when a layer changes. You need school mathematics, no programming.</p>
        <p><a id="start" class="start" href="\(first?.address ?? "")">Start: \
        \(HTML.escaped(first?.title ?? ""))</a></p>
        </div>
        <h2 id="lessons">The lessons</h2>
        <p>\(NumberFormat.count(lessons.count, "lesson")), about \
        \(NumberFormat.count((minutes + 30) / 60, "hour")) in all. The page checks your answers and \
        has hints, one at a time; your progress stays in this browser. Some exercises ask you to change \
        the network: the page knows the usual ways to do it, and for a few of them you need \
        <a href="#program">the program</a>. <a href="paths.html">Paths</a> leads through a part of the \
        lessons, in two hours or a day; and there is a page <a href="teaching.html">for teachers</a>.</p>
        <ol class="course" aria-labelledby="lessons">
        \(cards.joined(separator: "\n"))
        </ol>
        <h2 id="program">The program</h2>
        <p>The lessons were written for a notebook that you type into, at a terminal or in Jupyter, on \
        Linux or macOS. There you can run every cell, with your own numbers and your own photos. It comes \
        as source code: in its folder, <code>make run</code> installs what is missing, builds it and opens \
        it; <code>lesson 1</code> starts there.</p>
        <section id="progress" class="live" aria-labelledby="own-progress" hidden>
        <h2 id="own-progress">Your progress</h2>
        <p>It is kept in this browser only. As a file it can go to another one, or to the program: \
        <code>alexnet progress import progress.json</code></p>
        <p class="keys"><button type="button" data-key="export">Save it to a file</button>
        <label class="button">Merge a file in<input type="file" accept=".json,application/json"></label>
        <button type="button" data-key="reset">Start from scratch</button></p>
        <p role="status" aria-live="polite"></p>
        </section>
        """, place: "index.html")
  }

  private func card(_ lesson: SiteLesson) -> String {
    let after = after(lesson) {
      #"<a href="\#($0.address)" title="\#(HTML.escaped($0.title))">\#($1)</a>"#
    }
    let steps = lesson.steps.filter(\.hasExercise).map(\.name).joined(separator: " ")
    let aims = lesson.aims.map { "<li>\(HTML.escaped($0))</li>" }.joined()
    return """
      <li data-lesson="\(HTML.escaped(lesson.name))" data-steps="\(HTML.escaped(steps))">
      <h3>\(lesson.number.map { #"<span class="number">\#($0)</span> "# } ?? "")\
      <a href="\(lesson.address)">\(HTML.escaped(lesson.title))</a></h3>
      <p class="facts">\(lesson.minutes) minutes\(after) <span class="state"></span></p>
      <ul class="aims">\(aims)</ul>
      </li>
      """
  }

  /// ` · after 1 and 2`, with a link to each lesson that a lesson builds on; empty if there is none.
  func after(_ lesson: SiteLesson, _ link: (SiteLesson, Int) -> String) -> String {
    let needs = lesson.prerequisites.compactMap { number in
      lessons.first { $0.number == number }.map { link($0, number) }
    }
    return needs.isEmpty ? "" : " · after \(needs.listed)"
  }
}

// MARK: - A lesson

extension CourseSite {
  func lessonPage(at index: Int) -> SitePage {
    let lesson = lessons[index]
    let steps = lesson.steps.map { step in
      """
      <section class="step" id="\(HTML.escaped(step.name))">
      <h2>\(HTML.escaped(step.heading))</h2>
      \(step.html)
      </section>
      """
    }
    let links = lesson.steps.map { step in
      let name = HTML.escaped(step.name)
      return "<li><a href=\"#\(name)\">\(HTML.escaped(step.heading))</a></li>"
    }
    let data = Data(lesson.exercises.text.utf8).base64EncodedString()
    return SitePage(
      title: lesson.title,
      main: """
        <div class="lesson">
        <nav class="steps" aria-label="Steps of this lesson">
        <details open><summary>Steps</summary>
        <ol>
        \(links.joined(separator: "\n"))
        </ol>
        </details>
        </nav>
        <article>
        <header>
        <p class="facts">\(facts(of: lesson))</p>
        <h1>\(HTML.escaped(lesson.title))</h1>
        <p class="aims-title">Afterwards you can</p>
        <ul class="aims">\(lesson.aims.map { "<li>\(HTML.escaped($0))</li>" }.joined())</ul>
        <p class="downloads">Take it at the prompt: <code>alexnet \(HTML.escaped(command(of: lesson)))\
        </code>, or as a file: <a href="\(lesson.stem).ipynb" download>notebook</a>, \
        <a href="\(lesson.stem).md" download>Markdown</a></p>
        </header>
        <noscript><p class="form">The exercises are checked by a script, which doesn't run here.</p>\
        </noscript>
        \(lesson.introduction)
        \(steps.joined(separator: "\n"))
        <p id="lesson-done" class="done" role="status" hidden>All exercises of this lesson are done.</p>
        \(neighbours(of: index))
        </article>
        </div>
        <script type="application/json" id="exercises">\(data)</script>
        """, place: "index.html")
  }

  private func command(of lesson: SiteLesson) -> String {
    lesson.number.map { "lesson \($0)" } ?? "lesson \(lesson.stem).md"
  }

  private func facts(of lesson: SiteLesson) -> String {
    "\(lesson.call) · \(lesson.minutes) minutes"
      + after(lesson) { #"<a href="\#($0.address)">lesson \#($1)</a>"# }
  }

  private func neighbours(of index: Int) -> String {
    func link(_ place: Int, _ words: String, _ relation: String) -> String {
      guard lessons.indices.contains(place) else { return "<span></span>" }
      let lesson = lessons[place]
      return """
        <a rel="\(relation)" href="\(lesson.address)"><span>\(words)</span> \
        \(HTML.escaped(lesson.title))</a>
        """
    }
    return """
      <nav class="neighbours" aria-label="Lessons before and after">
      \(link(index - 1, "Before", "prev"))
      \(link(index + 1, "Next", "next"))
      </nav>
      """
  }
}
