import Foundation

/// ln x.
func naturalLogarithm(_ x: Double) -> Double { log(x) }

/// cos x.
func cosine(_ x: Double) -> Double { cos(x) }
