import Foundation
import Kernels
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentEngine

/// What Keras makes of feature maps (Tests/Fixtures/spatial), forward and backward.
@Suite struct SpatialGoldenTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var layer: ConfigValue
    var shape: [Int]
    var output: [Int]
    var x: [Float]
    var y: [Float]
    var dy: [Float]
    var dx: [Float]
    var testDescription: String { "\(layer.json()) on \(shape)" }

    init(_ value: ConfigValue) {
      func floats(_ key: String) -> [Float] {
        (value[key]?.listValue ?? []).compactMap(\.numberValue).map { Float($0) }
      }
      layer = value["layer"] ?? .null
      shape = floats("shape").map { Int($0) }
      output = floats("output").map { Int($0) }
      (x, y, dy, dx) = (floats("x"), floats("y"), floats("dy"), floats("dx"))
    }

    func decoded() throws -> any Layer {
      try Registries.layers.decode(
        ConfigNode(layer, at: ConfigPlace(source: ConfigSource(name: "fixture"))))
    }
  }

  static let cases: [Case] = {
    let path = repositoryRoot.appending(path: "Tests/Fixtures/spatial/spatial.json")
    let value = try? ConfigValue(json: Data(contentsOf: path), source: path.path)
    return (value?["cases"]?.listValue ?? []).map { Case($0) }
  }()

  @Test func everyLayerHasACase() throws {
    let kinds = try Set(Self.cases.map { type(of: try $0.decoded()).kind })
    let spatial = Registries.layers.types.filter {
      $0 is any SpatialLayer.Type && !($0 is any ConvolutionLayer.Type)
    }.map { $0.kind }
    #expect(kinds == Set(spatial).subtracting(Self.withoutCase))
  }

  /// Their numbers are drawn. (Convolutions have cases of their own.)
  private static let withoutCase: Set = [SpatialDropout2D.kind, SpatialDropout1D.kind]

  @Test(arguments: cases, KernelSet.available)
  func layersDoAsInKeras(_ test: Case, kernels: KernelSet) throws {
    let layer = try test.decoded()
    #expect(try layer.outputShape(for: test.shape) == test.output)
    let rows = test.x.count / test.shape.reduce(1, *)
    for asPositions in [false, true] {
      for pieces in [[0..<rows], (0..<rows).map { $0..<$0 + 1 }] {
        let run = try LayerRun(
          layer, shape: test.shape, input: test.x, gradient: { _ in test.dy },
          asPositions: asPositions, pieces: pieces, kernels: kernels)
        #expect(gap(run.output, test.y) <= 1, "output")
        #expect(gap(run.inputGradient, test.dx) <= 1, "gradient")
        #expect(run.gradientPaddingIsZero)
      }
    }
  }

  /// The largest difference over what it may be: sums of at most 32 terms of a few units, in any order.
  private func gap(_ found: [Float], _ expected: [Float]) -> Float {
    guard found.count == expected.count, !found.isEmpty else { return .infinity }
    return zip(found, expected).reduce(0) { max($0, abs($1.0 - $1.1) / (abs($1.1) + 1)) }
      / (32 * 0x1p-24)
  }
}
