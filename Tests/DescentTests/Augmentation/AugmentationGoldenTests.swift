import Foundation
import Kernels
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentEngine

/// What scipy and PyTorch make of images that are turned and zoomed (Tests/Fixtures/augmentation).
@Suite struct AugmentationGoldenTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var shape: [Int]
    var degrees: Double
    var zoom: Double
    var fill: ImageFill
    var x: [Float]
    var y: [Float]
    var testDescription: String { "\(degrees)°, \(zoom), \(fill) on \(shape)" }

    init?(_ value: ConfigValue) {
      func floats(_ key: String) -> [Float] {
        (value[key]?.listValue ?? []).compactMap(\.numberValue).map { Float($0) }
      }
      guard let degrees = value["degrees"]?.numberValue, let zoom = value["zoom"]?.numberValue,
        let mode = value["fill"].flatMap({ ImageFill.Mode($0) }),
        let outside = value["value"]?.numberValue
      else { return nil }
      (self.degrees, self.zoom) = (degrees, zoom)
      fill = ImageFill(mode, value: outside)
      shape = floats("shape").map { Int($0) }
      (x, y) = (floats("x"), floats("y"))
    }
  }

  static let cases: [Case] = {
    let path = repositoryRoot.appending(path: "Tests/Fixtures/augmentation/augmentation.json")
    let value = try? ConfigValue(json: Data(contentsOf: path), source: path.path)
    return (value?["cases"]?.listValue ?? []).compactMap { Case($0) }
  }()

  @Test func thereAreCases() { #expect(Self.cases.count == 40) }

  @Test(arguments: cases)
  func imagesAreTurnedAndZoomedAsElsewhere(_ test: Case) {
    let (height, width) = (test.shape[0], test.shape[1])
    let turn = PixelMove.rotation(test.degrees * .pi / 180, height: height, width: width)
    let zoom = PixelMove.zoom(test.zoom, height: height, width: width)
    let memory = (0..<2).map { _ in AlignedFloats(count: test.x.count) }
    withExtendedLifetime(memory) {
      let images = memory.map {
        ImageView(base: $0.base, height: height, width: width, channels: test.shape[2])
      }
      _ = images[0].values.update(fromContentsOf: test.x)
      images[1].show(images[0], moved: turn.then(zoom), fill: test.fill)
      for (found, expected) in zip(images[1].values, test.y) {
        #expect(abs(found - expected) < 1e-4)
      }
    }
  }
}
