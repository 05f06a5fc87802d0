import Testing

@testable import Networks

extension Network: CustomTestStringConvertible {
  public var testDescription: String { name }
}
