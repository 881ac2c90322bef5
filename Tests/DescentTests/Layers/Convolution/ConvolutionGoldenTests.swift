import Foundation
import Kernels
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentEngine

/// What Keras and PyTorch make of convolutions and their gradients (Tests/Fixtures/convolution).
@Suite struct ConvolutionGoldenTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let layer: ConfigValue
    let shape: [Int]
    let output: [Int]
    let x: [Float]
    let weights: [[Float]]
    let y: [Float]
    let dy: [Float]
    let dx: [Float]
    let dweights: [[Float]]
    var testDescription: String { "\(layer.json()) on \(shape)" }

    init(_ value: ConfigValue) {
      func floats(_ value: ConfigValue?) -> [Float] {
        (value?.listValue ?? []).compactMap(\.numberValue).map { Float($0) }
      }
      layer = value["layer"] ?? .null
      shape = floats(value["shape"]).map { Int($0) }
      output = floats(value["output"]).map { Int($0) }
      (x, y) = (floats(value["x"]), floats(value["y"]))
      (dx, dy) = (floats(value["dx"]), floats(value["dy"]))
      weights = (value["weights"]?.listValue ?? []).map { floats($0) }
      dweights = (value["dweights"]?.listValue ?? []).map { floats($0) }
    }

    func decoded() throws -> any Layer {
      try Registries.layers.decode(
        ConfigNode(layer, at: ConfigPlace(source: ConfigSource(name: "fixture"))))
    }
  }

  static let cases: [Case] = {
    let path = repositoryRoot.appending(path: "Tests/Fixtures/convolution/convolution.json")
    let value = try? ConfigValue(json: Data(contentsOf: path), source: path.path)
    return (value?["cases"]?.listValue ?? []).map { Case($0) }
  }()

  @Test func everyConvolutionHasACase() throws {
    let kinds = try Set(Self.cases.map { type(of: try $0.decoded()).kind })
    let all = Registries.layers.types.filter { $0 is any ConvolutionLayer.Type }.map { $0.kind }
    #expect(kinds == Set(all))
  }

  @Test(arguments: cases, KernelSet.available)
  func layersDoAsInKerasAndPyTorch(_ test: Case, kernels: KernelSet) throws {
    let layer = try test.decoded()
    #expect(try layer.outputShape(for: test.shape) == test.output)
    let rows = test.x.count / test.shape.reduce(1, *)
    for asPositions in [false, true] {
      for pieces in [[0..<rows], (0..<rows).map { $0..<$0 + 1 }] {
        let run = try LayerRun(
          layer, shape: test.shape, input: test.x, gradient: { _ in test.dy },
          parameters: test.weights, asPositions: asPositions, pieces: pieces, kernels: kernels)
        // Sums of as many terms as a window has elements, and of as many as the maps have pixels; of two convolutions, sums of
        // sums.
        let filters = test.output.last ?? 1
        let isPair = layer is SeparableConv2D
        let window = test.weights[0].count / (isPair ? 1 : filters)
        let back = test.weights[0].count * (isPair ? filters : 1)
        #expect(gap(run.output, test.y, terms: window) <= 1, "output")
        #expect(gap(run.inputGradient, test.dx, terms: back) <= 1, "input's gradient")
        #expect(run.parameterGradients.count == test.dweights.count)
        for (found, expected) in zip(run.parameterGradients, test.dweights) {
          #expect(gap(found, expected, terms: test.y.count) <= 1, "parameters' gradient")
        }
        #expect(run.gradientPaddingIsZero)
      }
    }
  }

  /// The largest difference over what it may be: roundings of sums of so many terms of a few units add up like random steps.
  private func gap(_ found: [Float], _ expected: [Float], terms: Int) -> Float {
    guard found.count == expected.count, !found.isEmpty else { return .infinity }
    return zip(found, expected).reduce(0) { max($0, abs($1.0 - $1.1) / (abs($1.1) + 1)) }
      / (8 * Float(terms).squareRoot() * 0x1p-24)
  }
}
