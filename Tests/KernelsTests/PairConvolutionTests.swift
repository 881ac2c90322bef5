import Testing

@testable import Kernels

/// Convolutions of maps and weights rounded to bfloat16.
@Suite struct PairConvolutionTests {
  struct Case: CustomTestStringConvertible {
    var height = 5
    var width = 6
    var channels = 3
    var filters = 5
    var size = 3
    var stride = 1
    var dilation = 1
    var groups = 1
    var padding = SpatialPadding.same

    var testDescription: String {
      "\(height) × \(width) × \(channels) → \(filters), \(size) / \(stride), \(dilation), \(groups), \(padding)"
    }

    func convolution() throws -> Convolution {
      Convolution(
        lines: try #require(
          WindowAxis(
            input: height, size: size, stride: stride, dilation: dilation, padding: padding)),
        pixels: try #require(
          WindowAxis(
            input: width, size: size, stride: stride, dilation: dilation, padding: padding)),
        channels: channels, filters: filters, groups: groups)
    }
  }

  static let cases = [
    Case(), Case(channels: 1, filters: 32), Case(width: 19, channels: 16, filters: 48),
    Case(channels: 4, filters: 6, groups: 2), Case(height: 7, width: 7, channels: 2, dilation: 2),
    Case(height: 7, width: 8, channels: 17, filters: 16, stride: 2),
    Case(size: 1, padding: .valid), Case(size: 2, stride: 3, padding: .valid),
    Case(channels: 8, filters: 64, size: 1, stride: 2),
  ]

  @Test(arguments: PairTests.sets, cases)
  func outputIsTheChainOverTheWindow(set: KernelSet, of c: Case) throws {
    let convolution = try c.convolution()
    let layer = Layer(convolution, set)
    for asRows in [false, true] {
      let x = MapGrid(2, c.height, c.width, c.channels, asRows: asRows) {
        Float(($0 * 37) % 101) / 50 - 1
      }
      let (height, width) = (convolution.lines.output, convolution.pixels.output)
      let y = MapGrid(2, height, width, c.filters, asRows: asRows) { _ in .nan }
      for row in 0..<2 {
        convolution.forward(
          x.map, row: row, weights: layer.weights.matrix, words: layer.words, bias: nil,
          rectify: false, into: y.map, in: layer.place)
      }
      let perGroup = c.channels / c.groups
      for row in 0..<2 {
        for (line, pixel, filter) in places(height, width, c.filters) {
          let group = filter / (c.filters / c.groups)
          var runs: [[(a: Float, b: Float)]] = []
          for k in convolution.lines.places(at: line) {
            var run: [(a: Float, b: Float)] = []
            for l in 0..<c.size {
              let (sy, sx) = (
                convolution.lines.position(line, k), convolution.pixels.position(pixel, l)
              )
              for channel in 0..<perGroup {
                let value =
                  (0..<c.width).contains(sx) ? x[row, sy, sx, group * perGroup + channel] : 0
                run.append(
                  (value, layer.weights.matrix[(k * c.size + l) * perGroup + channel, filter]))
              }
              runs.append(run)
              run = []
            }
          }
          #expect(y[row, line, pixel, filter] == chain(runs), "\(line), \(pixel), \(filter)")
        }
      }
    }
  }

  @Test(arguments: PairTests.sets, cases)
  func gradientsAreThoseOfRoundedOperands(set: KernelSet, of c: Case) throws {
    let convolution = try c.convolution()
    let layer = Layer(convolution, set)
    let (height, width) = (convolution.lines.output, convolution.pixels.output)
    let x = MapGrid(1, c.height, c.width, c.channels, asRows: false) {
      Reference.rounded(Float(($0 * 37) % 101) / 50 - 1)
    }
    let d = MapGrid(1, height, width, c.filters, asRows: false, padding: 0) {
      Reference.rounded(Float(($0 * 53) % 89) / 40 - 1)
    }
    let dx = MapGrid(1, c.height, c.width, c.channels, asRows: false) { _ in .nan }
    convolution.inputGradient(
      d.map, row: 0, turned: layer.turned.matrix, words: layer.turnedWords, into: dx.map,
      in: layer.place)
    let gradient = Grid(result: convolution.depth, c.filters)
    let bias = Grid(result: 1, c.filters)
    convolution.weightGradient(
      x.map, d.map, row: 0, windowLines: 0..<c.size, into: gradient.matrix, bias: bias.matrix,
      adds: false, in: layer.place)
    // Of operands that are rounded already, sums in Double differ by sums' rounding alone.
    let perGroup = c.channels / c.groups
    var wantDX = [Double](repeating: 0, count: c.height * c.width * c.channels)
    var wantDW = [Double](repeating: 0, count: convolution.depth * c.filters)
    for (line, pixel, filter) in places(height, width, c.filters) {
      let group = filter / (c.filters / c.groups)
      let dy = Double(d[0, line, pixel, filter])
      for k in convolution.lines.places(at: line) {
        for l in convolution.pixels.places(at: pixel) {
          let (sy, sx) = (
            convolution.lines.position(line, k), convolution.pixels.position(pixel, l)
          )
          for channel in 0..<perGroup {
            let row = (k * c.size + l) * perGroup + channel
            let source = (sy * c.width + sx) * c.channels + group * perGroup + channel
            wantDX[source] += dy * Double(layer.weights.matrix[row, filter])
            wantDW[row * c.filters + filter] +=
              dy * Double(x[0, sy, sx, group * perGroup + channel])
          }
        }
      }
    }
    for (line, pixel, channel) in places(c.height, c.width, c.channels) {
      let want = wantDX[(line * c.width + pixel) * c.channels + channel]
      #expect(
        abs(Double(dx[0, line, pixel, channel]) - want) < 1e-4, "\(line), \(pixel), \(channel)")
    }
    for row in 0..<convolution.depth {
      for filter in 0..<c.filters {
        let want = wantDW[row * c.filters + filter]
        #expect(abs(Double(gradient.matrix[row, filter]) - want) < 1e-4, "\(row), \(filter)")
      }
    }
    for filter in 0..<c.filters {
      let want = (0..<height * width).reduce(0.0) {
        $0 + Double(d[0, $1 / width, $1 % width, filter])
      }
      #expect(abs(Double(bias.matrix[0, filter]) - want) < 1e-4)
    }
  }

  /// Weights of a convolution, rounded already, and a worker's memory.
  private final class Layer {
    let weights: Grid
    let turned: Grid
    let words: PairMatrix
    let turnedWords: PairMatrix
    let place: Convolution.Workplace
    private let memory: [Grid]
    private let scratch: AlignedFloats

    init(_ convolution: Convolution, _ set: KernelSet) {
      weights = Grid(convolution.depth, convolution.filters) { row, column in
        Reference.rounded(Float((row * 29 + column * 13) % 83) / 60 - 0.6)
      }
      let size = convolution.turnedSize
      turned = Grid(result: size.rows + Matrix.padding, size.columns)
      scratch = AlignedFloats(count: convolution.scratchFloats(.bfloat16))
      let square = AlignedFloats(count: 2 * set.lanes * set.lanes)
      for piece in convolution.turnedPieces.joined() {
        set.transpose(
          weights.matrix.block(piece.rows, piece.columns),
          into: turned.matrix.rows(piece.first..<piece.first + piece.columns.count),
          scratch: square.matrix(rows: 2 * set.lanes, columns: set.lanes, stride: set.lanes))
      }
      memory = [convolution.pairSize, convolution.turnedPairSize].map {
        Grid(result: $0.rows, $0.columns)
      }
      words = PairMatrix(in: memory[0].matrix)
      turnedWords = PairMatrix(in: memory[1].matrix)
      convolution.pairWeights(weights.matrix, into: words, kernels: set)
      convolution.pairTurned(turned.matrix, into: turnedWords, kernels: set)
      place = Convolution.Workplace(kernels: set, scratch: scratch.base)
    }
  }

  private func places(_ height: Int, _ width: Int, _ channels: Int) -> [(Int, Int, Int)] {
    (0..<height * width * channels).map {
      ($0 / channels / width, $0 / channels % width, $0 % channels)
    }
  }

  /// One chain over runs that each begin with a pair of their own.
  private func chain(_ runs: [[(a: Float, b: Float)]]) -> Float {
    var sum: Float = 0
    for run in runs {
      for first in stride(from: 0, to: run.count, by: 2) {
        if first + 1 < run.count {
          sum.addProduct(
            Reference.rounded(run[first + 1].a), Reference.rounded(run[first + 1].b))
        }
        sum.addProduct(Reference.rounded(run[first].a), Reference.rounded(run[first].b))
      }
    }
    return sum
  }
}
