/// A plan that can tell what computes each layer.
public protocol ExplainedPlan: Plan {
  /// What computes a layer, in a few words; of a layer that is computed along with another, which.
  func implementation(of layer: Int) -> String
}
