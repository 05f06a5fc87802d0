import Foundation

/// ln x.
func naturalLogarithm(_ x: Double) -> Double { log(x) }

/// eˣ.
func exponential(_ x: Double) -> Double { exp(x) }

/// cos x.
func cosine(_ x: Double) -> Double { cos(x) }
