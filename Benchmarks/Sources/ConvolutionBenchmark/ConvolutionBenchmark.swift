import ArgumentParser
import BenchmarkSupport
import Descent

/// Measures convolutions by themselves, as layers call them, on one core, beside the core's measured arithmetic peak: forward
/// with bias and rectifier, the gradient of the input, and that of the weights.
@main
struct ConvolutionBenchmark: ParsableCommand {
  @Option(help: "Only convolutions whose name contains this.") var only = ""
  @Option(help: "Maps of a batch.") var batch = 32
  @Option(help: "Seconds for each figure.") var seconds = 0.2
  @Option(help: "avx512, avx2, baseline or neon.") var kernels = KernelSet.best.name
  @Flag(help: "Lines of JSON.") var json = false

  func run() throws {
    guard let set = KernelSet.named(kernels) else {
      throw ValidationError("no kernel set \(kernels) here")
    }
    let peak = (0..<5).map { _ in Processor.measuredPeak(kernels: set) }.max() ?? 0
    if !json {
      print(
        "\(Processor.name), \(set.summary), one core; peak \(Int(peak)) GFLOP/s, batch \(batch)")
      print("GFLOP/s (% of peak): forward, input gradient, weight gradient")
    }
    for shape in ConvolutionShape.all where only.isEmpty || shape.name.contains(only) {
      let bench = try ConvolutionBench(shape, maps: batch, kernels: set)
      let rates = [bench.forward, bench.inputGradient, bench.weightGradient].map {
        bench.operations / fastest(within: seconds, $0) / 1e9
      }
      let cells = rates.map { "\(Int($0)) (\(Int((100 * $0 / peak).rounded())) %)" }
      print(
        json
          ? shape.json(peak: peak, rates: rates)
          : shape.name + String(repeating: " ", count: max(1, 23 - shape.name.count))
            + cells.joined(separator: "  "))
    }
  }
}

/// A convolution with padding of half its window, as networks for images have it.
struct ConvolutionShape {
  let name: String
  let side: Int
  let channels: Int
  let filters: Int
  let size: Int
  var stride = 1
  /// Each channel has a window of its own.
  var isDepthwise = false

  func convolution(over axis: WindowAxis) -> any MapConvolution {
    isDepthwise
      ? DepthwiseConvolution(lines: axis, pixels: axis, channels: channels)
      : Convolution(lines: axis, pixels: axis, channels: channels, filters: filters)
  }

  func json(peak: Double, rates: [Double]) -> String {
    "{\"name\": \"\(name)\", \"side\": \(side), \"channels\": \(channels), \"filters\": \(filters), "
      + "\"size\": \(size), \"stride\": \(stride), \"groups\": \(isDepthwise ? channels : 1), \"peak\": \(peak), \"rates\": \(rates)}"
  }

  static let all = [
    ConvolutionShape(name: "3x3 1>32 28", side: 28, channels: 1, filters: 32, size: 3),
    ConvolutionShape(name: "3x3 3>32 32", side: 32, channels: 3, filters: 32, size: 3),
    ConvolutionShape(name: "3x3 16>16 28", side: 28, channels: 16, filters: 16, size: 3),
    ConvolutionShape(name: "3x3 32>32 28", side: 28, channels: 32, filters: 32, size: 3),
    ConvolutionShape(name: "3x3 32>64 14", side: 14, channels: 32, filters: 64, size: 3),
    ConvolutionShape(name: "3x3 64>64 14", side: 14, channels: 64, filters: 64, size: 3),
    ConvolutionShape(name: "3x3 64>64 7", side: 7, channels: 64, filters: 64, size: 3),
    ConvolutionShape(name: "3x3 128>128 14", side: 14, channels: 128, filters: 128, size: 3),
    ConvolutionShape(name: "3x3 128>128 28", side: 28, channels: 128, filters: 128, size: 3),
    ConvolutionShape(
      name: "3x3s2 32>64 28", side: 28, channels: 32, filters: 64, size: 3, stride: 2),
    ConvolutionShape(
      name: "3x3s2 64>128 14", side: 14, channels: 64, filters: 128, size: 3, stride: 2),
    ConvolutionShape(name: "1x1 64>64 14", side: 14, channels: 64, filters: 64, size: 1),
    ConvolutionShape(name: "1x1 128>128 14", side: 14, channels: 128, filters: 128, size: 1),
    ConvolutionShape(
      name: "1x1s2 32>64 28", side: 28, channels: 32, filters: 64, size: 1, stride: 2),
    ConvolutionShape(name: "5x5 1>32 28", side: 28, channels: 1, filters: 32, size: 5),
    ConvolutionShape(name: "5x5 32>64 14", side: 14, channels: 32, filters: 64, size: 5),
    ConvolutionShape(name: "7x7s2 3>64 32", side: 32, channels: 3, filters: 64, size: 7, stride: 2),
    ConvolutionShape(
      name: "depthwise 3x3 64 28", side: 28, channels: 64, filters: 64, size: 3,
      isDepthwise: true),
    ConvolutionShape(
      name: "depthwise 3x3s2 64 28", side: 28, channels: 64, filters: 64, size: 3, stride: 2,
      isDepthwise: true),
    ConvolutionShape(
      name: "depthwise 3x3 128 14", side: 14, channels: 128, filters: 128, size: 3,
      isDepthwise: true),
    ConvolutionShape(
      name: "depthwise 5x5 64 28", side: 28, channels: 64, filters: 64, size: 5,
      isDepthwise: true),
  ]
}

/// One convolution with its operands.
final class ConvolutionBench {
  let operations: Double
  private let maps: Int
  private let kernels: KernelSet
  private let operands = Operands()
  private let convolution: any MapConvolution
  private let x: FeatureMap
  private let y: FeatureMap
  private let d: FeatureMap
  private let dx: FeatureMap
  private let weights: ConvolutionWeights
  private let gradient: Matrix
  private let bias: Matrix
  private let scratch: AlignedFloats

  init(_ shape: ConvolutionShape, maps: Int, kernels: KernelSet) throws {
    self.maps = maps
    self.kernels = kernels
    guard
      let axis = WindowAxis(
        input: shape.side, size: shape.size, stride: shape.stride, padding: .same)
    else { throw ValidationError("the window of \(shape.name) does not fit") }
    convolution = shape.convolution(over: axis)
    operations = 2 * Double(maps) * Double(convolution.sums.count * convolution.sums.terms)
    let (input, output) = (shape.side * shape.side, convolution.positions)
    let inputShape = [shape.side, shape.side, shape.channels]
    let outputShape = [axis.output, axis.output, shape.filters]
    // The first layer of a network takes its input in whole rows.
    x =
      shape.channels < 16
      ? FeatureMap(operands.matrix(maps, input * shape.channels), shape: inputShape)
      : FeatureMap(operands.matrix(maps * input, shape.channels), shape: inputShape)
    y = FeatureMap(operands.matrix(maps * output, shape.filters), shape: outputShape)
    d = FeatureMap(operands.matrix(maps * output, shape.filters), shape: outputShape)
    dx = FeatureMap(operands.matrix(maps * input, shape.channels), shape: inputShape)
    let depth = shape.size * shape.size * (shape.isDepthwise ? 1 : shape.channels)
    let turned = convolution.turnedSize
    weights = ConvolutionWeights(
      operands.matrix(depth, shape.filters),
      turned: operands.matrix(turned.rows + 16, max(1, turned.columns)))
    gradient = operands.matrix(depth, shape.filters)
    bias = operands.matrix(1, shape.filters)
    scratch = AlignedFloats(count: convolution.scratchFloats(kernels.precision))
  }

  private var place: Convolution.Workplace {
    Convolution.Workplace(kernels: kernels, scratch: scratch.base)
  }

  func forward() {
    for row in 0..<maps {
      convolution.forward(
        x, row: row, weights, bias: bias, rectify: true, into: y, in: place)
    }
  }

  func inputGradient() {
    for row in 0..<maps {
      convolution.inputGradient(d, row: row, weights, into: dx, in: place)
    }
  }

  func weightGradient() {
    for row in 0..<maps {
      convolution.weightGradient(
        x, d, row: row, pieces: 0..<convolution.gradientPieces, into: gradient, bias: bias,
        adds: row > 0, in: place)
    }
  }
}
