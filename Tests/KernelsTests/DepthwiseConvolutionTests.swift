import Testing

@testable import Kernels

/// Convolutions of each channel by itself beside their definition. All numbers are small whole ones, whose sums are exact in any order.
@Suite struct DepthwiseConvolutionTests {
  static let sizes = [1, 2, 3, 4, 5, 6, 7, 9]

  @Test(arguments: KernelSet.available, sizes)
  func passesAreWhatTheyAreDefinedAs(set: KernelSet, size: Int) throws {
    for width in [1, 2, 3, 4, 6, 9, 17, 20] {
      for (stride, dilation) in [(1, 1), (2, 1), (1, 2)] {
        for padding in [SpatialPadding.same, .valid] {
          guard
            let pixels = WindowAxis(
              input: width, size: size, stride: stride, dilation: dilation, padding: padding),
            let lines = WindowAxis(input: 4, size: width % 2 == 0 ? 3 : 2, padding: .same)
          else { continue }
          let failure = Self.failure(
            DepthwiseConvolution(
              lines: lines, pixels: pixels, channels: 3, multiplier: width == 6 ? 2 : 1), set)
          #expect(
            failure == nil,
            "\(failure ?? "") of \(size) / \(stride), \(dilation) over \(width), \(padding)")
        }
      }
    }
  }

  /// Of more channels than a vector has.
  @Test(arguments: KernelSet.available, [3, 5, 7]) func allChannelsTakePart(
    set: KernelSet, size: Int
  )
    throws
  {
    let axis = try #require(WindowAxis(input: 11, size: size, padding: .same))
    #expect(Self.failure(DepthwiseConvolution(lines: axis, pixels: axis, channels: 37), set) == nil)
  }

  /// The first pass that does not come to what its definition does.
  private static func failure(_ c: DepthwiseConvolution, _ set: KernelSet) -> String? {
    let (lines, pixels, filters) = c.output
    func values(_ factor: Int) -> (Int) -> Float { { Float(($0 * factor) % 9 - 4) } }
    let x = MapGrid(1, c.lines.input, c.pixels.input, c.channels, asRows: false, values(7))
    let d = MapGrid(1, lines, pixels, filters, asRows: false, values(5))
    let y = MapGrid(1, lines, pixels, filters, asRows: false) { _ in .nan }
    let dx = MapGrid(1, c.lines.input, c.pixels.input, c.channels, asRows: false) { _ in .nan }
    let places = c.lines.size * c.pixels.size
    let weights = Grid(places, filters) { Float(($0 * 5 + $1 * 3) % 7 - 3) }
    let gradient = Grid(places, filters) { _, _ in 2 }
    let bias = Grid(1, filters) { Float($1 % 3) }
    let sums = Grid(1, filters) { _, _ in 1 }
    let scratch = AlignedFloats(count: c.scratchFloats(.float32))
    let place = Convolution.Workplace(kernels: set, scratch: scratch.base)
    let own = ConvolutionWeights(weights.matrix, turned: weights.matrix)
    c.forward(
      x.map, row: 0, own, bias: bias.matrix, rectify: false, into: y.map, in: place)
    c.inputGradient(d.map, row: 0, own, into: dx.map, in: place)
    c.weightGradient(
      x.map, d.map, row: 0, pieces: 0..<c.gradientPieces, into: gradient.matrix, bias: sums.matrix,
      adds: true, in: place)

    var output = [Float](repeating: 0, count: lines * pixels * filters)
    var input = [Float](repeating: 0, count: c.lines.input * c.pixels.input * c.channels)
    var weight = [Float](repeating: 2, count: places * filters)
    var ofBias = [Float](repeating: 1, count: filters)
    for line in 0..<lines {
      for pixel in 0..<pixels {
        for filter in 0..<filters {
          let channel = filter / c.multiplier
          let here = (line * pixels + pixel) * filters + filter
          let gradient = d[0, line, pixel, filter]
          output[here] = bias.matrix[0, filter]
          ofBias[filter] += gradient
          for k in 0..<c.lines.size {
            for l in 0..<c.pixels.size {
              let (sy, sx) = (c.lines.position(line, k), c.pixels.position(pixel, l))
              guard (0..<c.lines.input).contains(sy), (0..<c.pixels.input).contains(sx) else {
                continue
              }
              let tap = k * c.pixels.size + l
              output[here] += x[0, sy, sx, channel] * weights.matrix[tap, filter]
              input[(sy * c.pixels.input + sx) * c.channels + channel] +=
                gradient * weights.matrix[tap, filter]
              weight[tap * filters + filter] += gradient * x[0, sy, sx, channel]
            }
          }
        }
      }
    }
    func isSame(_ map: MapGrid, _ expected: [Float], _ width: Int) -> Bool {
      expected.indices.allSatisfy {
        let (pixel, channel) = $0.quotientAndRemainder(dividingBy: map.channels)
        return map[0, pixel / width, pixel % width, channel] == expected[$0]
      } && map.wrote() == nil
    }
    if !isSame(y, output, pixels) { return "output" }
    if !isSame(dx, input, c.pixels.input) { return "input's gradient" }
    for index in weight.indices
    where gradient.matrix[index / filters, index % filters] != weight[index] {
      return "weights' gradient"
    }
    return ofBias.indices.allSatisfy { sums.matrix[0, $0] == ofBias[$0] } ? nil : "bias' gradient"
  }
}
