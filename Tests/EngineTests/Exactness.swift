import TestSupport

extension EngineUnderTest {
  private var sumsInDouble: Bool { arithmetic == .doubleRoundedOnce }

  /// The error of one output, in halves of a unit in its last place, where few terms are summed. What is
  /// summed in Float are up to fifty terms in the small layers of the tables here, of which the largest
  /// are some times as large as their sum.
  var halfULPs: Double { sumsInDouble ? 1 : 16 }

  /// How many units in the last place a result that was worked by hand may be off.
  var ulps: Float { sumsInDouble ? 1 : 4 }
}
