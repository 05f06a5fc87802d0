import Cells
import Foundation
import TensorFiles

/// Where the kernel listens, and the key of its messages: the file that Jupyter writes for each kernel.
struct ConnectionFile: Sendable {
  /// The addresses of the five sockets.
  var shell, control, iopub, stdin, heartbeat: String
  /// The key of the signatures; empty if messages aren't signed.
  var key: [UInt8]
  /// The secret key of the kernel's sockets, if messages are encrypted: 40 characters, Z85.
  var secretKey: String?

  private static let largest = 1 << 16

  /// Reads a connection file.
  ///
  /// - Throws: `FileError`, or `Failure` that names what is missing or can't be done.
  init(path: String) throws {
    let json: JSONValue
    do {
      json = try JSONParser.parse(OpenFile.bytes(of: path, limit: Self.largest))
    } catch let error as JSONError {
      throw Failure(.file, "\(path) isn't a connection file: \(error.message)")
    }
    try self.init(json, path: path)
  }

  init(_ json: JSONValue, path: String) throws(Failure) {
    func text(_ name: String) throws(Failure) -> String {
      guard let text = json[name]?.stringValue else {
        throw Failure(.file, "the connection file \(path) has no \(name)")
      }
      return text
    }
    let (transport, host) = (try text("transport"), try text("ip"))
    guard ["tcp", "ipc"].contains(transport) else {
      throw Failure(.file, "the connection file \(path) asks for \(transport)", hint: "tcp or ipc")
    }
    func address(_ name: String) throws(Failure) -> String {
      guard let port = json[name]?.integerValue, (1...65535).contains(port) else {
        throw Failure(.file, "the connection file \(path) has no \(name)")
      }
      return "\(transport)://\(host)\(transport == "tcp" ? ":" : "-")\(port)"
    }
    key = Array(try text("key").utf8)
    let scheme = try text("signature_scheme")
    guard key.isEmpty || scheme == "hmac-sha256" else {
      throw Failure(
        .file, "the connection file \(path) asks for signatures by \(scheme)", hint: "hmac-sha256")
    }
    secretKey = json["curve_secretkey"]?.stringValue
    if json["curve_publickey"]?.stringValue != nil, secretKey == nil {
      throw Failure(.file, "the connection file \(path) has no curve_secretkey")
    }
    if let secretKey, !ZeroMQContext.isKey(secretKey) {
      throw Failure(
        .file, "curve_secretkey in the connection file \(path) isn't a key",
        hint: "a CurveZMQ key has 40 characters, in Z85")
    }
    shell = try address("shell_port")
    control = try address("control_port")
    iopub = try address("iopub_port")
    stdin = try address("stdin_port")
    heartbeat = try address("hb_port")
  }

  /// A file's contents for sockets in a folder, for a kernel that only this program talks to.
  static func inFolder(_ folder: String) -> JSONValue {
    [
      "transport": "ipc", "ip": .string("\(folder)/kernel"), "shell_port": 1, "iopub_port": 2,
      "stdin_port": 3, "control_port": 4, "hb_port": 5, "signature_scheme": "hmac-sha256",
      "key": .string(UUID().uuidString),
    ]
  }
}
