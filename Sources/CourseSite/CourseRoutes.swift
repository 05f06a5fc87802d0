/// A way through the course for those who don't take all of it.
package struct CourseRoute: Sendable {
  /// How long it is, in words.
  package var name: String
  /// What a learner can do at its end.
  package var goal: String
  /// The numbers of its lessons, in their order; empty for all lessons.
  package var lessons: [Int]
  /// The minutes that it may take at most; nil for the whole course.
  package var minutes: Int?

  /// The routes, from the shortest on.
  package static let all = [
    CourseRoute(
      name: "Two hours",
      goal:
        "Account for every size in the paper's figure 2 and for all of the network's parameters.",
      lessons: [1, 2, 3, 6, 8], minutes: 120),
    CourseRoute(
      name: "A day",
      goal:
        "Follow an image forward and a gradient back, train a network, see what its features respond "
        + "to, and say what made AlexNet win.",
      lessons: [1, 2, 3, 4, 5, 6, 8, 9, 10, 12, 13, 20, 22], minutes: 360),
    CourseRoute(
      name: "The whole course",
      goal: "Read today's papers, check other people's numbers, and trust your own.", lessons: [],
      minutes: nil),
  ]
}
