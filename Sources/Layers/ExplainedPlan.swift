/// A plan that can say what computes each layer.
public protocol ExplainedPlan: Plan {
  /// What computes a layer, in a few words; for a layer fused with another, the other one.
  func implementation(of layer: Int) -> String
}
