import Testing

@testable import Cells
@testable import Datasets
@testable import Expressions
@testable import Networks
@testable import Notebook
@testable import Tensors

/// Setting one number, and what is reported to follow from it.
@Suite struct NumberChangeTests {
  static func session(_ lines: String...) -> Session {
    var session = Session(host: QuietHost(isInteractive: true))
    for line in ["network cuda-convnet-26"] + lines {
      let result = session.run(line)
      #expect(result.failure == nil, "\(line): \(result.failure?.message ?? "")")
    }
    return session
  }

  /// Only values that the weight reaches differ, by what the definition says.
  @Test func aWeight() throws {
    var session = Self.session("next 3")
    let before = try session.tensor("conv1")
    let old = try session.tensor("conv1.weight")[[5, 0, 3, 2]]
    let others = try session.tensor("conv1.weight")
    let result = session.run("set conv1.weight[5, 0, 3, 2] 0.1")
    #expect(result.failure == nil, "\(result.failure?.message ?? "")")
    #expect(try session.tensor("conv1.weight")[[5, 0, 3, 2]] == 0.1)
    let after = try session.tensor("conv1")
    let x = try session.tensor("image")
    // The padding of this layer is 2 and its stride 1: the weight at row 3, column 2 reads x[0, y + 1, x].
    for y in stride(from: 0, to: 31, by: 3) {
      for column in stride(from: 0, to: 32, by: 5) {
        let expected = Double(x[[0, y + 1, column]]) * (0.1 - Double(old))
        let change = Double(after[[5, y, column]]) - Double(before[[5, y, column]])
        #expect(abs(change - expected) < 1e-4 * max(1, abs(expected)), "\(y) \(column)")
      }
    }
    let same = zip(before.values, after.values).enumerated().filter { $0.offset / 1024 != 5 }
    #expect(same.allSatisfy { $0.element.0 == $0.element.1 })
    // The report counts exactly the values that differ.
    let differ = zip(before.values, after.values).count { $0 != $1 }
    let text = result.output.plainText
    #expect(differ > 900 && text.contains("conv1") && text.contains("\(differ)"), "\(text)")
    #expect(text.contains("pool1") && text.contains("relu1") && !text.contains("conv2"), "\(text)")
    // The difference can be looked at, shown and used.
    let difference = try session.tensor("difference conv1[5]")
    #expect(difference.shape == [32, 32])
    #expect(difference[[4, 6]] == after[[5, 4, 6]] - before[[5, 4, 6]])
    #expect(session.run("view difference relu1").failure == nil)
    #expect(session.run("show difference conv1[5]").failure == nil)
    let refused = try #require(session.run("view difference conv2").failure)
    #expect(refused.message.contains("conv2 hadn't run"))
    // Undo restores the weight and the outputs; no other weight ever changed.
    let undone = session.run("undo")
    // The change is printed in the direction in which undo makes it.
    let words = try #require(text.firstMatch(of: #/conv1.weight\[5, 0, 3, 2\]  (\S+) → 0.1/#))
    #expect(
      undone.output.plainText.contains("undone: conv1.weight[5, 0, 3, 2] 0.1 → \(words.1)"),
      "\(undone.output.plainText)")
    #expect(try session.tensor("conv1.weight") == others)
    #expect(try session.tensor("conv1") == before)
    #expect(session.run("view difference conv1").failure != nil)
  }

  /// A pixel is set by its byte: as if the image had it there.
  @Test func aPixel() throws {
    var session = Self.session("next 2")
    let before = try session.tensor("image")
    let result = session.run("set image[0, 12, 20] 255")
    #expect(result.output.plainText.contains("byte 255"), "\(result.output.plainText)")
    let after = try session.tensor("image")
    let differ = before.values.indices.filter { before.values[$0] != after.values[$0] }
    #expect(differ == [12 * 32 + 20])
    let preprocessing = try #require(try session.preparation() as? Preprocessing)
    #expect(
      after[[0, 12, 20]]
        == Float((preprocessing.scale - preprocessing.mean[0]) / preprocessing.deviation[0]))
    // Only windows that hold the pixel have other values.
    let difference = try session.tensor("difference conv1")
    for (place, value) in difference.values.enumerated() where value != 0 {
      let index = difference.shape.index(at: place)
      #expect((10...14).contains(index[1]) && (18...22).contains(index[2]))
    }
    #expect(difference.values.contains { $0 != 0 })
    // why says where the number comes from.
    let why = session.run("why image[0, 12, 20]").output.plainText
    #expect(why.contains("set to byte 255"), "\(why)")
    _ = session.run("set image[1, 0, 0] 0")
    #expect(try session.tensor("image")[[0, 12, 20]] == after[[0, 12, 20]])
    #expect(session.run("undo").output.plainText.contains("1 change left"))
    let words = try #require(
      result.output.plainText.firstMatch(of: #/image\[0, 12, 20\]  (\S+) → (\S+)/#))
    let undone = session.run("undo").output.plainText
    #expect(undone.contains("undone: image[0, 12, 20] \(words.2) → \(words.1)"), "\(undone)")
    #expect(try session.tensor("image") == before)
    // Another image forgets it.
    _ = session.run("set image[0, 12, 20] 255")
    _ = session.run("image shapes:test/3")
    #expect(session.pixels.isEmpty && session.run("undo").failure != nil)
  }

  /// Nothing is compared before a layer ran; the number is set anyway.
  @Test func beforeAnyLayer() throws {
    var session = Self.session()
    let result = session.run("set conv1.bias[3] = conv1.bias[3] + 1 / 2")
    #expect(result.output.plainText.contains("no layer had run"), "\(result.output.plainText)")
    #expect(try session.tensor("conv1.bias")[[3]] == 0.5)
    #expect(session.run("set conv1.bias[3] 0.5").output.plainText.contains("Already set"))
    #expect(session.history.count == 1)
  }

  /// A trained network's changed weight is what evaluate and save then use.
  @Test func trainedNetworks() throws {
    var session = Self.session("load trained")
    let result = session.run("set conv1.weight[0, 0, 0, 0] 9")
    #expect(result.failure == nil, "\(result.failure?.message ?? "")")
    let state = try #require(session.trainedAsItStands)
    #expect(state.parameters["conv1.weight"]?.values[0] == 9)
    #expect(session.weights.isTrained(try session.geometry()))
    _ = session.run("undo")
    #expect(session.trainedAsItStands?.parameters["conv1.weight"]?.values[0] != 9)
    // A pixel can be set there too, where the mean is an image.
    let pixel = session.run("set image[2, 5, 6] 255")
    #expect(pixel.failure == nil && pixel.output.plainText.contains("byte 255"))
  }

  /// Weights that are replaced can't be undone one by one.
  @Test func replacedWeights() throws {
    var session = Self.session("set conv1.bias[3] 0.5", "seed 2")
    #expect(session.run("undo").failure != nil)
    #expect(try session.tensor("conv1.bias")[[3]] == 0)
  }

  @Test(arguments: [
    (
      "set conv1.weight[5, 0, 3, 9] 1", "there is no conv1.weight[5, 0, 3, 9]",
      "0…31, 0…2, 0…4, 0…4"
    ),
    ("set conv1.weight[5] 1", "needs 4 indices", "32×3×5×5"),
    ("set conv1.weight[0...2, 0, 0, 0] 1", "changes one number", "32×3×5×5"),
    ("set conv1.weight[5, 0, 3, 2]", "set needs a value", "0.1"),
    ("set conv1.weight[5, 0, 3, 2] conv1", "isn't a number", "0.1"),
    ("set conv1.weight[5, 0, 3, 2] 1 / 0", "isn't a number", "0.1"),
    ("set conv1.weight[5, 0, 3, 2] 1e300", "too large", ""),
    ("set conv1[0, 0, 0] 1", "is computed", "conv1.weight, conv1.bias, image"),
    ("set relu1.weight[0] 1", "relu1 has no", "no parameters"),
    ("set conv7.weight[0] 1", "conv7", ""),
    ("set image[0, 0, 0] -1", "from 0 to 255", "255"),
    ("set image[0, 0, 0] 2.5", "from 0 to 255", ""),
    ("set image[3, 0, 0] 1", "there is no image", ""),
  ])
  func refusals(_ line: String, _ message: String, _ hint: String) throws {
    var session = Self.session("next")
    let before = try session.tensor("conv1")
    let failure = try #require(session.run(line).failure, "\(line)")
    #expect(failure.message.contains(message), "\(failure.message)")
    #expect(hint.isEmpty || failure.hint?.contains(hint) == true, "\(failure.hint ?? "")")
    #expect(session.history.isEmpty && session.pixels.isEmpty)
    #expect(try session.tensor("conv1") == before)
  }
}
