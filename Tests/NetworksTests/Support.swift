import Testing

@testable import Networks

extension Network: CustomTestStringConvertible {
  /// A test names a network by its name, not by all of its layers.
  public var testDescription: String { name }
}

/// The network of the zoo by this name.
func zoo(_ name: String) throws -> Network { try #require(Zoo.network(named: name)) }
