import TensorFiles
import Testing

/// Writing JSON.
@Suite struct JSONValueTests {
  @Test(
    arguments: [
      (JSONValue.null, "null"), (true, "true"), (55, "55"), (.number(0.1), "0.1"),
      (.number(.nan), "\"nan\""), (.number(-.infinity), "\"-inf\""), (.number(3), "3"),
      (.float(0.1), "0.1"), (.float(3), "3"), (.float(.infinity), "\"inf\""),
      ("a\"\\\n\u{1}é", "\"a\\\"\\\\\\n\\u0001é\""),
      ([1, "b"], "[1, \"b\"]"), (["z": 1, "a": [:]], "{\"z\": 1, \"a\": {}}"),
    ] as [(JSONValue, String)])
  func writes(_ value: JSONValue, _ text: String) {
    #expect(value.text == text)
  }

  /// One line per member, and for a list of objects one line per element. The parser reads it back.
  @Test func writesFiles() throws {
    let value: JSONValue = [
      "b": 1, "a": [["x": .number(0.5)], ["x": .null]], "c": ["n": [1, 2]], "d": [],
    ]
    let text = """
      {
        "b": 1,
        "a": [
          {"x": 0.5},
          {"x": null}
        ],
        "c": {"n": [1, 2]},
        "d": []
      }

      """
    #expect(value.fileText() == text)
    #expect(try JSONParser.parse(Array(text.utf8)) == value)
  }

  @Test func writesWithoutSpacesAndWithPoints() {
    let value: JSONValue = ["a": [.number(2), .number(5e-5)], "b": .number(.nan)]
    #expect(value.line(spaces: false) == #"{"a":[2,5e-05],"b":"nan"}"#)
    #expect(value.line(digits: \.description) == #"{"a": [2.0, 5e-05], "b": "nan"}"#)
  }

  @Test func members() {
    var members: [JSONValue.Member] = []
    members["a"] = 1
    members["b"] = 2
    members["a"] = 3
    #expect(members.names == ["a", "b"] && members["a"] == 3 && members["c"] == nil)
    #expect(members.remove("a") == 3 && members.remove("a") == nil)
    members["b"] = nil
    #expect(members.isEmpty)
  }
}
