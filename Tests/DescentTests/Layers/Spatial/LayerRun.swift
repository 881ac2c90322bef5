import Kernels
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentEngine

/// One layer over a batch of rows of a shape: what it makes of them, and of a gradient on its way back.
struct LayerRun {
  let output: [Float]
  let inputGradient: [Float]
  /// Whether all of the padding that a gradient has is zero, as it has to stay.
  let gradientPaddingIsZero: Bool
  /// Of a convolution: its parameters' gradients, in their order.
  private(set) var parameterGradients: [[Float]] = []

  /// - Parameters:
  ///   - asPositions: whether the input comes as positions with padded channels rather than in whole rows.
  ///   - pieces: the ranges of rows in which the work is done.
  init(
    _ layer: any Layer, shape: [Int], input: [Float], gradient: (_ count: Int) -> [Float],
    parameters: [[Float]] = [], asPositions: Bool, pieces: [Range<Int>], kernels: KernelSet
  ) throws {
    let width = shape.reduce(1, *)
    let rows = input.count / width
    // A trained layer before it, so that it has to pass a gradient on.
    let network = try Network(input: [width]) {
      Dense(width, useBias: false)
      asPositions ? Positions(shape) as any Layer : Reshape(shape)
      layer
      Flatten()
    }
    let entries = network.layout.entries(of: 2)
    let values = Parameters(layout: network.layout)
    for (entry, elements) in zip(entries, parameters) { values.set(entry, to: elements) }
    let execution = Execution(
      network: network, parameters: values, kernels: kernels,
      capacity: rows, isTraining: true, costTakesActivation: false)
    let context = execution.contexts(of: BatchShare(rows: rows))[2]
    let d = try #require(context.outputGradientMap)
    let dx = try #require(context.inputGradientMap)
    let dxMatrix = try #require(context.inputGradient)
    context.inputMap.set(to: input, rows: rows)
    d.set(to: gradient(rows * network.shapes[2].reduce(1, *)), rows: rows)
    // What an earlier step has left.
    dx.set(to: input.map { _ in 7 }, rows: rows)
    let placed = network.layers[2]
    placed.prepare(context)
    for piece in pieces { placed.forward(context, rows: context.range(piece)) }
    for piece in pieces.reversed() { placed.backward(context, rows: context.range(piece)) }
    output = context.outputMap.values(rows: rows)
    inputGradient = dx.values(rows: rows)
    gradientPaddingIsZero = (0..<dxMatrix.rows).allSatisfy { row in
      (dxMatrix.columns..<Matrix.padded(dxMatrix.columns)).allSatisfy { dxMatrix[row, $0] == 0 }
    }
    if let layer = placed as? any ConvolutionLayer {
      layer.formPart(0, pieces: 0..<layer.gradientPieces, context)
      parameterGradients = entries.indices.map { index in
        let gradient = AlignedFloats.matrix(
          rows: entries[index].rows, columns: entries[index].columns)
        layer.gradient(
          context, of: index, rows: 0..<entries[index].rows, columns: 0..<entries[index].columns,
          into: gradient.matrix)
        return (0..<entries[index].rows).flatMap { Array(gradient.matrix.row($0)) }
      }
    }
    withExtendedLifetime(execution) {}
  }
}

/// Makes positions of whole rows: a feature map as a layer before it would put it out.
struct Positions: Layer {
  static let kind = "positions"
  static let summary = "Gives rows a shape, and lays them as positions."
  let shape: [Int]

  init(_ shape: [Int]) { self.shape = shape }
  init(options: ConfigOptions) { shape = [] }

  var spansPositions: Bool { true }
  func outputShape(for input: [Int]) throws(DescentError) -> [Int] { shape }
  func outputLayout(for input: ActivationLayout, shape: [Int]) -> ActivationLayout {
    .positions(of: shape)
  }
  func forward(_ context: LayerContext, rows: Range<Int>) {
    context.input.copyPositions(of: rows, into: context.output)
  }
  func backward(_ context: LayerContext, rows: Range<Int>) {
    guard let d = context.outputGradient, let dx = context.inputGradient else { return }
    d.copyPositions(of: rows, into: dx)
  }
}

extension FeatureMap {
  private func forEach(rows: Int, _ body: (_ pixel: UnsafeMutablePointer<Float>) -> Void) {
    for row in 0..<rows {
      for y in 0..<height { for x in 0..<width { body(pixel(row, y, x)) } }
    }
  }

  /// The values of so many maps, one behind the other.
  func values(rows: Int) -> [Float] {
    var values: [Float] = []
    forEach(rows: rows) { pixel in values += (0..<channels).map { pixel[$0] } }
    return values
  }

  func set(to values: [Float], rows: Int) {
    var number = 0
    forEach(rows: rows) { pixel in
      for channel in 0..<channels { pixel[channel] = values[number + channel] }
      number += channels
    }
  }
}
