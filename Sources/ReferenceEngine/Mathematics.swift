// The C library's mathematical functions that the kernels use, always in Double.
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// x to the power y.
func power(_ x: Double, _ y: Double) -> Double { pow(x, y) }

/// e to the power x.
func exponential(_ x: Double) -> Double { exp(x) }

/// The natural logarithm of x.
func logarithm(_ x: Double) -> Double { log(x) }

/// The hyperbolic tangent of x.
func hyperbolicTangent(_ x: Double) -> Double { tanh(x) }

/// The hyperbolic cosine of x.
func hyperbolicCosine(_ x: Double) -> Double { cosh(x) }
