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

/// The decimal exponent of a positive number.
func log10Floor(_ x: Double) -> Double { floor(log10(x)) }

/// 10 to the power n.
func power10(_ n: Int) -> Double { pow(10, Double(n)) }
