import CFastKernels
import Layers
import ReferenceEngine
import Tensors
import Testing

/// Compares fast locally connected layers with the reference.
@Suite("Fast kernels: locally connected")
struct FastKernelLocallyConnectedTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let input: Shape
    let filters: Int
    let window: Window
    var testDescription: String { "\(input) to \(filters), \(window)" }
  }

  /// Batches around the size computed at once, and channels and filters that leave lanes empty.
  static let cases: [Case] = [
    ([1, 1, 1, 1], 1, Window(kernel: 1)),
    ([6, 16, 6, 6], 16, Window(kernel: 3, padding: 1)),
    ([7, 5, 4, 3], 18, Window(kernel: 2)),
    ([9, 34, 5, 4], 3, Window(kernel: 3, stride: 2, padding: 1, rounding: .ceil)),
    ([3, 2, 5, 4], 33, Window(kernel: 2, stride: 3, padding: 1, rounding: .ceil)),
    ([14, 17, 4, 5], 17, Window(kernel: 4, stride: 4, padding: 3, rounding: .ceil)),
    ([2, 3, 3, 4], 2, Window(kernel: 5, padding: 2)),
  ].map { Case(input: $0, filters: $1, window: $2) }

  @Test(arguments: cases)
  func layer(_ c: Case) throws {
    let layer = LocallyConnected(filters: c.filters, window: c.window)
    let shapes = try Layer.locallyConnected(layer).parameters(for: c.input).map(\.shape)
    let w = Tensor(drawn: shapes[0], "w"), b = Tensor(drawn: shapes[1], "b")
    let x = Tensor(drawn: c.input, "x")
    let y = try locallyConnected(x, weight: w, bias: b, layer)
    let yBound = try locallyConnected(
      x.magnitudes, weight: w.magnitudes, bias: b.magnitudes, layer)
    let g = Tensor(drawn: y.shape, "g")
    let dx = try locallyConnectedGradient(g, weight: w, input: c.input, layer)
    let dxBound = try locallyConnectedGradient(
      g.magnitudes, weight: w.magnitudes, input: c.input, layer)
    var (dw, db) = (Tensor(zeros: w.shape), Tensor(zeros: b.shape))
    var (dwBound, dbBound) = (w.magnitudes, b.magnitudes)
    try locallyConnectedParameterGradients(g, input: x, layer, weight: &dw, bias: &db)
    try locallyConnectedParameterGradients(
      g.magnitudes, input: x.magnitudes, layer, weight: &dwBound, bias: &dbBound)
    let taps = c.window.kernel * c.window.kernel
    for from in FastLayout.all(c.input) {
      for to in FastLayout.all(y.shape) {
        var local = fk_local(
          input: from.map, output: to.map,
          window: fk_window(
            kernel: Int32(c.window.kernel), stride: Int32(c.window.stride),
            padding: Int32(c.window.padding)))
        let (xs, gs) = (from.floats(x), to.floats(g))
        let packed = written(fk_local_packed_weights(&local)) {
          fk_local_pack(&local, w.values, $0)
        }
        let biases = written(fk_local_packed_biases(&local)) {
          fk_local_pack_biases(&local, b.values, $0)
        }
        let turned = written(fk_local_turned_weights(&local)) { fk_local_turn(&local, packed, $0) }
        #expect(packed.count { $0 != 0 } == w.values.count { $0 != 0 })
        #expect(written(w.count) { fk_local_unpack(&local, packed, $0) } == w.values)
        #expect(written(b.count) { fk_local_unpack_biases(&local, biases, $0) } == b.values)

        for relu in [false, true] {
          let got = to.tensor { fk_local_forward(&local, xs, packed, biases, relu, $0) }
          expectClose(
            got.values, relu ? y.rectified : y, terms: c.input.c * taps + 1, yBound, "y, \(to)")
          let gotGradient = from.tensor {
            fk_local_gradient(&local, gs, turned, relu ? xs : nil, $0)
          }
          expectClose(
            gotGradient.values, relu ? try reluGradient(dx, input: x) : dx,
            terms: c.filters * taps, dxBound, "dx, \(from)")
        }

        // Twice: assigned to NaNs, then added to the weights.
        var gotBiases = [Float](repeating: .nan, count: biases.count)
        let gotWeights = written(packed.count) {
          fk_local_parameter_gradients(&local, gs, xs, false, $0, &gotBiases)
        }
        #expect(gotWeights.count { $0 != 0 } <= w.count)
        let plain = written(w.count) { fk_local_unpack(&local, gotWeights, $0) }
        let plainBiases = written(b.count) { fk_local_unpack_biases(&local, gotBiases, $0) }
        expectClose(plain, dw, terms: c.input.n + 1, dwBound, "dw, \(from)")
        expectClose(plainBiases, db, terms: c.input.n + 1, dbBound, "db, \(from)")
        var (sums, biasSums) = (packed, biases)
        fk_local_parameter_gradients(&local, gs, xs, true, &sums, &biasSums)
        let added = written(w.count) { fk_local_unpack(&local, sums, $0) }
        let sum = Tensor(shape: w.shape, values: zip(w.values, dw.values).map { $0 + $1 })
        expectClose(added, sum, terms: c.input.n + 2, dwBound, "dw added, \(from)")
        let addedBiases = written(b.count) { fk_local_unpack_biases(&local, biasSums, $0) }
        let biasSum = Tensor(shape: b.shape, values: zip(b.values, db.values).map { $0 + $1 })
        expectClose(addedBiases, biasSum, terms: c.input.n + 2, dbBound, "db added, \(from)")
      }
    }
  }

  /// Compares with a sum of `terms` products in single precision, whose magnitudes add up to
  /// `bound`.
  private func expectClose(
    _ got: [Float], _ expected: Tensor, terms: Int, _ bound: Tensor, _ what: String
  ) {
    let fault = firstFault(got, expected.values) {
      Double(terms) * rounding * Double(bound.values[$0])
    }
    #expect(fault == nil, "\(what): \(fault ?? "")")
  }

  /// The padding isn't read: an infinite weight over it causes no NaN.
  @Test func paddingIsNotRead() {
    let layout = FastLayout(shape: [1, 1, 1, 1], block: 16)
    var local = fk_local(
      input: layout.map, output: layout.map, window: fk_window(kernel: 3, stride: 1, padding: 1))
    var w = [Float](repeating: .infinity, count: 9)
    w[4] = 2
    let packed = written(fk_local_packed_weights(&local)) { fk_local_pack(&local, w, $0) }
    let biases = [Float](repeating: 0, count: 16)
    let x = layout.floats(Tensor(shape: [1, 1, 1, 1], values: [3]))
    let y = layout.tensor { fk_local_forward(&local, x, packed, biases, false, $0) }
    #expect(y.values == [6])
  }
}
