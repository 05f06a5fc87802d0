import Datasets
import Networks

extension Recipe {
  /// The network that the recipe names, with its last layer resized for the data's classes: the
  /// paper's 1000 outputs become 10 for CIFAR-10.
  ///
  /// - Throws: `RecipeError` if the zoo doesn't have the network.
  public func zooNetwork(for dataset: Dataset) throws(RecipeError) -> Network {
    guard let found = Zoo.network(named: network) else {
      let names = Zoo.networks.map(\.name)
      throw RecipeError(
        "network", "is ‘\(network.prefix(60))’, which isn't the name of a network",
        hint: Suggestion.nearest(to: network, among: names).map { "did you mean \($0)?" }
          ?? "the networks are \(names.joined(separator: ", "))")
    }
    let classes = dataset.train.classNames
    return found.classCount == classes.count ? found : found.telling(classes)
  }
}
