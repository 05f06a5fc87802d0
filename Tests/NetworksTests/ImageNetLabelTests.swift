import Testing

@testable import Networks

struct ImageNetLabelTests {
  /// A thousand different names, in the order of the synsets: the places of some that are well known.
  @Test func names() {
    let labels = Zoo.imageNetLabels
    #expect(labels.count == 1000 && Set(labels).count == 1000)
    #expect(labels.allSatisfy { !$0.isEmpty && $0 == $0.trimming(" ") })
    for (index, name) in [
      (0, "tench"), (1, "goldfish"), (207, "golden retriever"), (281, "tabby"),
      (388, "giant panda"),
      (504, "coffee mug"), (817, "sports car"), (954, "banana"), (999, "toilet tissue"),
    ] {
      #expect(labels[index] == name)
    }
  }
}

extension String {
  fileprivate func trimming(_ character: Character) -> String {
    String(drop { $0 == character }.reversed().drop { $0 == character }.reversed())
  }
}
