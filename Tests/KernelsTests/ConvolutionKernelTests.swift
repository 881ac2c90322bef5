import Testing

@testable import Kernels

/// Convolutions beside their definition, over all heights of the register tile. All numbers are small whole ones, whose sums are
/// exact in any order.
@Suite struct ConvolutionKernelTests {
  /// Filters of one vector, of two, and of an odd number of them, on every set.
  @Test(arguments: KernelSet.available, [3, 16, 40])
  func outputsAndInputGradientsOfEveryWidth(set: KernelSet, filters: Int) throws {
    for width in 1...33 {
      for (size, stride) in [(3, 1), (4, 2)] {
        let failure = try Self.failure(
          set, width: width, size: size, stride: stride,
          channels: width % 8 == 0 ? filters : 5, filters: filters)
        #expect(failure == nil, "\(failure ?? "") of \(size) / \(stride) over \(width)")
      }
    }
  }

  /// The weights' gradient has a row for each channel of a line of the window.
  @Test(arguments: KernelSet.available, [3, 16, 40])
  func weightGradientsOfEveryDepth(set: KernelSet, filters: Int) throws {
    for channels in 1...33 {
      let failure = try Self.failure(
        set, width: 4, size: 1 + channels % 2, stride: 1, channels: channels, filters: filters)
      #expect(failure == nil, "\(failure ?? "") of \(channels) channels")
    }
  }

  /// The first pass that does not come to what its definition does.
  private static func failure(
    _ set: KernelSet, width: Int, size: Int, stride: Int, channels: Int, filters: Int
  ) throws -> String? {
    let c = Convolution(
      lines: try #require(WindowAxis(input: 2, size: 2, padding: .same)),
      pixels: try #require(WindowAxis(input: width, size: size, stride: stride, padding: .same)),
      channels: channels, filters: filters)
    let (lines, pixels) = (c.lines.output, c.pixels.output)
    func values(_ factor: Int) -> (Int) -> Float { { Float(($0 * factor) % 9 - 4) } }
    let x = MapGrid(1, c.lines.input, width, channels, asRows: false, values(7))
    let d = MapGrid(1, lines, pixels, filters, asRows: false, padding: 0, values(5))
    let y = MapGrid(1, lines, pixels, filters, asRows: false) { _ in .nan }
    let dx = MapGrid(1, c.lines.input, width, channels, asRows: false) { _ in .nan }
    let weights = Grid(c.depth, filters) { Float(($0 * 5 + $1 * 3) % 7 - 3) }
    let turned = Grid(result: c.turnedSize.rows + Matrix.padding, c.turnedSize.columns)
    let square = AlignedFloats(count: 2 * set.lanes * set.lanes)
    for piece in c.turnedPieces.joined() {
      set.transpose(
        weights.matrix.block(piece.rows, piece.columns),
        into: turned.matrix.rows(piece.first..<piece.first + piece.columns.count),
        scratch: square.matrix(rows: 2 * set.lanes, columns: set.lanes, stride: set.lanes))
    }
    let gradient = Grid(c.depth, filters) { _, _ in 2 }
    let bias = Grid(1, filters) { Float($1 % 3) }
    let sums = Grid(1, filters) { _, _ in 1 }
    let scratch = AlignedFloats(count: c.scratchFloats(.float32))
    let place = Convolution.Workplace(kernels: set, scratch: scratch.base)
    c.forward(
      x.map, row: 0, weights: weights.matrix, words: nil, bias: bias.matrix, rectify: false,
      into: y.map, in: place)
    c.inputGradient(
      d.map, row: 0, turned: turned.matrix, words: nil, into: dx.map, in: place)
    c.weightGradient(
      x.map, d.map, row: 0, windowLines: 0..<c.lines.size, into: gradient.matrix,
      bias: sums.matrix, adds: true, in: place)

    var input = [Float](repeating: 0, count: c.lines.input * width * channels)
    var weight = [Float](repeating: 2, count: c.depth * filters)
    for line in 0..<lines {
      for pixel in 0..<pixels {
        var output = (0..<filters).map { bias.matrix[0, $0] }
        for k in c.lines.places(at: line) {
          for l in c.pixels.places(at: pixel) {
            let (sy, sx) = (c.lines.position(line, k), c.pixels.position(pixel, l))
            for channel in 0..<channels {
              let row = (k * size + l) * channels + channel
              let here = (sy * width + sx) * channels + channel
              let value = x[0, sy, sx, channel]
              for filter in 0..<filters {
                let w = weights.matrix[row, filter]
                output[filter] += value * w
                input[here] += d[0, line, pixel, filter] * w
                weight[row * filters + filter] += value * d[0, line, pixel, filter]
              }
            }
          }
        }
        for filter in 0..<filters where y[0, line, pixel, filter] != output[filter] {
          return "output \(line), \(pixel), \(filter)"
        }
      }
    }
    for place in input.indices
    where dx[0, place / channels / width, place / channels % width, place % channels]
      != input[place]
    {
      return "input gradient \(place)"
    }
    for place in weight.indices
    where gradient.matrix[place / filters, place % filters] != weight[place] {
      return "weight gradient \(place)"
    }
    for filter in 0..<filters {
      let sum = (0..<lines * pixels).reduce(Float(1)) {
        $0 + d[0, $1 / pixels, $1 % pixels, filter]
      }
      if sums.matrix[0, filter] != sum { return "bias' gradient \(filter)" }
    }
    return y.wrote() ?? dx.wrote()
  }
}
