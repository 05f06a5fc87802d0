import Networks

/// ImageNet's classes, which are called by WordNet's numbers on disk.
enum ImageNetClasses {
  /// The names to show for folders of these names: those of ImageNet's 1000 classes if the folders are
  /// their synsets, else nil.
  ///
  /// 1000 different synsets from the challenge's first to its last are taken to be the challenge's.
  static func shownNames(for folders: [String]) -> [String]? {
    guard folders.count == 1000, folders.first == "n01440764", folders.last == "n15075141",
      folders.allSatisfy(isSynset)
    else { return nil }
    return Zoo.imageNetLabels
  }

  /// Whether a word has the form of a synset: `n01440764`.
  static func isSynset(_ word: String) -> Bool {
    word.utf8.count == 9 && word.utf8.first == UInt8(ascii: "n")
      && word.utf8.dropFirst().allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
  }
}
