import Datasets
import Networks

extension Recipe {
  /// The network that the recipe names, its last layer telling the classes of the data apart: the
  /// paper's 1000 outputs become 10 for CIFAR-10.
  ///
  /// - Throws: `RecipeError` where the zoo has no such network.
  public func zooNetwork(for dataset: Dataset) throws(RecipeError) -> Network {
    guard let found = Zoo.network(named: network) else {
      let names = Zoo.networks.map(\.name)
      throw RecipeError(
        "network", "is ‘\(network.prefix(60))’, and there is no network of that name",
        hint: Suggestion.nearest(to: network, among: names).map { "did you mean \($0)?" }
          ?? "the networks are \(names.joined(separator: ", "))")
    }
    let classes = dataset.train.classNames
    return found.classCount == classes.count ? found : found.telling(classes)
  }
}
