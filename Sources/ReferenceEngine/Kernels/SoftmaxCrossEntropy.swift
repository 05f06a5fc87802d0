import Tensors

/// The cross-entropy of the labels under the softmax of logits, averaged over the batch.
///
///     L = 1/N · Σ (m − x[n, label[n]] + log Σ e^(x[n, i] − m))        m = max x[n, i]
///
/// This is −log p[label], but computed from the logits, so that a probability that underflows to 0
/// doesn't make it infinite. The inner sum is over i.
///
/// - Parameters:
///   - x: logits, N×F.
///   - labels: N classes, each in 0..<F.
/// - Returns: L, in nats.
public func softmaxCrossEntropy(_ x: Tensor, labels: [Int]) -> Double {
  requireLabels(labels, x.shape)
  var sum = 0.0
  for n in 0..<x.shape.n {
    let (_, m, logSum) = probabilities(x, n)
    sum += m - Double(x.values[n * x.shape.c + labels[n]]) + logSum
  }
  return sum / Double(x.shape.n)
}

/// The gradient of `softmaxCrossEntropy` with respect to the logits.
///
///     ∂L/∂x[n, i] = (p[n, i] − [i = label[n]]) / N
///
/// - Parameters:
///   - x: logits, N×F.
///   - labels: N classes, each in 0..<F.
/// - Returns: ∂L/∂x; assigned, not accumulated; computed in Double and rounded once.
public func softmaxCrossEntropyGradient(_ x: Tensor, labels: [Int]) -> Tensor {
  requireLabels(labels, x.shape)
  let N = Double(x.shape.n)
  var dx = Tensor(zeros: x.shape)
  for n in 0..<x.shape.n {
    var row = probabilities(x, n).p
    row[labels[n]] -= 1
    dx.store(row.map { $0 / N }, at: n * x.shape.c)
  }
  return dx
}

private func requireLabels(_ labels: [Int], _ logits: Shape) {
  precondition(logits.rank == 2 && logits.n > 0, "A loss takes N×F logits, N > 0, not \(logits).")
  precondition(
    labels.count == logits.n && labels.allSatisfy { (0..<logits.c).contains($0) },
    "A loss takes \(logits.n) labels from 0 to \(logits.c - 1), not \(labels).")
}
