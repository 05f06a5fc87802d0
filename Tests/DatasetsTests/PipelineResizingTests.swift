import Testing

@testable import Datasets

/// Images that are resized first.
@Suite struct PipelineResizingTests {
  @Test(arguments: [97, 20])
  func resizesLikePillow(side: Int) throws {
    let (set, _) = try PipelineResult.noise32()
    let pipeline = try PicturePipeline(.init(center: .none, resize: side), for: set)
    let pillow = try Fixture.ppm("noise32-\(side)x\(side)")
    #expect(PipelineResult.largestDifference(PipelineResult.test(pipeline, set, 0), pillow) <= 1)
  }

  @Test(arguments: [227, 256, 33, 31, 5, 1])
  func resizesLikeImage(side: Int) throws {
    let (set, image) = try PipelineResult.noise32()
    let pipeline = try PicturePipeline(.init(center: .none, resize: side), for: set)
    let resized = image.resized(width: side, height: side)
    #expect(PipelineResult.largestDifference(PipelineResult.test(pipeline, set, 0), resized) <= 1)
  }

  /// Cropping while resizing, with mirroring or padding, equals cropping the complete result.
  @Test func resizedCrops() throws {
    let (set, _) = try PipelineResult.noise32()
    let whole = try PicturePipeline(.init(center: .image, resize: 61), for: set)
    let all = PipelineResult.test(whole, set, 0)
    for (crop, padding) in [(50, 0), (61, 3), (67, 3), (64, 3)] {
      let cut = try PicturePipeline(
        .init(center: .image, resize: 61, padding: padding, crop: crop), for: set)
      let room = 61 + 2 * padding - crop
      for (view, top, left) in [
        (0, room / 2, room / 2), (2, 0, 0), (4, 0, room), (7, room, 0), (9, room, room),
      ] {
        let shown = PipelineResult.test(cut, set, 0, view: view)
        for c in 0..<3 {
          for y in 0..<crop {
            for x in 0..<crop {
              let (v, u) = (top + y - padding, left + (view % 2 == 1 ? crop - 1 - x : x) - padding)
              let inside = (0..<61).contains(v) && (0..<61).contains(u)
              let expected = inside ? all[(c * 61 + v) * 61 + u] : 0
              let got = shown[(c * crop + y) * crop + x]
              guard abs(got - expected) <= 1e-3 else {
                Issue.record("\(crop) of 61+\(padding), crop \(view): [\(c), \(y), \(x)]")
                return
              }
            }
          }
        }
      }
    }
  }

  /// The shorter side is resized to the given size, and the proportions are kept.
  @Test func oblongImages() throws {
    let image = try Fixture.ppm("noise")
    let set = PictureSet(
      name: "noise", classNames: ["noise"], channels: 3, height: 47, width: 61,
      pixels: image.planes(width: 61, height: 47), labels: [0])
    let pipeline = try PicturePipeline(.init(center: .none, resize: 30), for: set)
    #expect(pipeline.output == (3, 30, 38))
    let resized = image.scaled(shorterSide: 30)
    #expect(PipelineResult.largestDifference(PipelineResult.test(pipeline, set, 0), resized) <= 1)
  }
}
