import Basics
import Layers
import Networks

/// The meaning of a name in `why`, `show` or `view`: a layer's output, the image, or a parameter.
package struct NamedValue {
  /// The position of the layer; −1 is the image.
  package let layer: Int
  /// The parameter, if the name is a parameter's.
  package let parameter: Parameter.Role?

  /// Reads `conv1`, `conv1.output`, `conv1.input`, `image`, `input`, `conv1.weight`, split at points.
  ///
  /// - Parameter isGradient: whether its gradient is meant; only then can the name be a parameter's.
  /// - Throws: `Failure` if nothing has this name.
  package init(_ parts: [String], isGradient: Bool, in session: Session) throws {
    let name = parts.joined(separator: ".")
    guard parts.count <= 2, let first = parts.first, !first.isEmpty else {
      throw Failure(
        .usage, "\(quoted(name)) isn't the name of a layer", hint: "for example conv1")
    }
    let isImage =
      session.network.index(of: first) == nil && SessionEnvironment.imageNames.contains(first)
    let index = isImage ? -1 : try session.layerIndex(first)
    switch parts.dropFirst().first {
    case nil, "output": (layer, parameter) = (index, nil)
    case "input" where !isImage: (layer, parameter) = (index - 1, nil)
    case let member? where isImage:
      throw Failure(
        .name, "the image has no \(quoted(member))", hint: "why gradient image[c, y, x]")
    case let member?:
      guard isGradient, let role = Parameter.Role(rawValue: member) else {
        throw Failure(
          .name, "why explains a layer's output, not \(quoted(name))",
          hint: isGradient
            ? "why gradient \(first).weight[…] or .bias[…]"
            : "why \(first)[…]; the value itself is \(name) without why")
      }
      (layer, parameter) = (index, role)
    }
  }
}
