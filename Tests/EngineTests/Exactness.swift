import TestSupport

extension EngineUnderTest {
  private var sumsInDouble: Bool { arithmetic == .doubleRoundedOnce }

  /// The error of one output, in halves of a unit in its last place, for sums of few terms. In
  /// Float that is up to fifty terms in the small layers of these tables, the largest of which are
  /// a few times as large as their sum.
  var halfULPs: Double { sumsInDouble ? 1 : 16 }

  /// The largest accepted difference from a result computed by hand, in units in the last place.
  var ulps: Float { sumsInDouble ? 1 : 4 }
}
