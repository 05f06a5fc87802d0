import Testing

@testable import Networks

extension Network: CustomTestStringConvertible {
  /// Tests show a network's name instead of all its layers.
  public var testDescription: String { name }
}

/// The network with this name from the zoo.
func zoo(_ name: String) throws -> Network { try #require(Zoo.network(named: name)) }
