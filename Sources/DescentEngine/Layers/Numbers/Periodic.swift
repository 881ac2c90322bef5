/// Writes numbers as mixtures of waves of them, all of it trained: the embeddings "PLR" of Gorishniy et al. 2022, "On Embeddings
/// for Numerical Features in Tabular Deep Learning", section 3.3.
///
/// Of a column x the waves are v = [sin(2π·c₁·x), …, sin(2π·c_K·x), cos(2π·c₁·x), …, cos(2π·c_K·x)] with frequencies c of its own, and
/// the column becomes ReLU(v·W + b). Frequencies begin normally distributed around 0, so that a column should have been scaled.
///
/// Shapes: x N × columns; of n columns that are written so the frequencies n × K, W ("kernel") n × 2K × units, b ("bias") n × units; y
/// N × (columns − n + n·units): first the other columns, with `include_input` all of them, then the mixtures of one column after those of
/// another.
public struct Periodic: Layer, TabledComponent {
  public static let kind = "periodic"
  public static let summary = "Writes numbers as trained mixtures of trained waves of them."
  public static let table = ConfigTable(
    Periodic(),
    .optional(
      "columns", .list(of: .integer(.atLeast(0)), atLeast: 1), \.columns, absent: "all",
      "The positions of the columns that are written so, from 0; the others stay as they are."),
    .option(
      "frequencies", .integer(.from(1, to: mostWaves)), \.frequencies,
      "How many frequencies a column has."),
    .option(
      "units", .integer(.from(1, to: mostWaves)), \.units, "How many mixtures a column becomes."),
    .option("stddev", .number(.above(0)), \.deviation, "The deviation of the first frequencies."),
    .option(
      "include_input", .bool, \.includesInput,
      "Whether a column that is written so also stays as it is."),
    .trainable(\.isTrainable), .name(\.name))

  package static let mostWaves = 4096

  /// Nil: all of them.
  public private(set) var columns: [Int]?
  public private(set) var frequencies: Int
  public private(set) var units: Int
  public private(set) var deviation: Double
  public private(set) var includesInput: Bool
  public private(set) var isTrainable: Bool
  public private(set) var name: String?

  public init(
    columns: [Int]? = nil, frequencies: Int = 16, units: Int = 8, deviation: Double = 0.1,
    includesInput: Bool = false, isTrainable: Bool = true, name: String? = nil
  ) {
    self.columns = columns
    self.frequencies = frequencies
    self.units = units
    self.deviation = deviation
    self.includesInput = includesInput
    self.isTrainable = isTrainable
    self.name = name
  }

  /// The columns that are written as waves, of so many.
  package func written(of width: Int) -> [Int] {
    columns?.sorted() ?? Array(0..<width)
  }

  /// The columns that stay, before the mixtures.
  package func kept(of width: Int) -> [Int] {
    guard !includesInput else { return Array(0..<width) }
    let written = Set(written(of: width))
    return (0..<width).filter { !written.contains($0) }
  }

  public func outputShape(for input: [Int]) throws(DescentError) -> [Int] {
    try Self.requireRows(input)
    let written = written(of: input[0])
    guard Set(written).count == written.count, written.allSatisfy({ $0 >= 0 && $0 < input[0] })
    else {
      throw DescentError(
        .invalidInput, "the columns are \(written), of \(input[0]) in a row",
        advice: "each is from 0 to \(input[0] - 1), and no two are the same")
    }
    let (waves, overflow) = written.count.multipliedReportingOverflow(by: units)
    guard !overflow else {
      throw DescentError(.invalidInput, "its rows would be longer than any machine holds")
    }
    return [kept(of: input[0]).count + waves]
  }

  public func parameters(for input: [Int]) -> [ParameterSpecification] {
    let count = written(of: input[0]).count
    // As PyTorch's Linear begins.
    let limit = 1 / Double(2 * frequencies).squareRoot()
    let uniform = RandomUniform(lower: -limit, upper: limit)
    return [
      ParameterSpecification(
        "frequencies", shape: [count, frequencies],
        initializer: RandomNormal(mean: 0, standardDeviation: deviation)),
      ParameterSpecification(
        "kernel", shape: [count, 2 * frequencies, units], initializer: uniform),
      ParameterSpecification("bias", shape: [count, units], initializer: uniform),
    ]
  }

  /// The waves, and what the gradients of frequencies are sums of.
  public func workspace(for input: [Int]) -> [Workspace] {
    let waves = written(of: input[0]).count * frequencies
    return [.rows(width: 2 * waves), .rows(width: waves)]
  }

  /// The waves of a column.
  public func scratch(for input: [Int], _ precision: ProductPrecision) -> Int { 2 * frequencies }

  public func multiplyAdds(for input: [Int]) -> Int {
    written(of: input[0]).count * 2 * frequencies * units
  }

  /// sin(2π·t) and cos(2π·t): within a quarter of a turn by Taylor's polynomial, to single precision.
  @inline(__always)
  static func wave(_ turns: Float) -> (sin: Float, cos: Float) {
    let t = turns - turns.rounded(.toNearestOrEven)
    let folded = t > 0.25 ? 0.5 - t : t < -0.25 ? -0.5 - t : t
    return (quarter(folded), quarter(0.25 - abs(t)))
  }

  @inline(__always)
  private static func quarter(_ turns: Float) -> Float {
    let x = turns * (2 * Float.pi)
    let s = x * x
    let tail: Float = 2.755_731_9e-6 + s * (-2.505_210_8e-8 + s * 1.605_904_4e-10)
    let series: Float = -0.166_666_67 + s * (8.333_333e-3 + s * (-1.984_127e-4 + s * tail))
    return x + x * s * series
  }

  public func forward(_ context: LayerContext, rows: Range<Int>) {
    let width = context.input.columns
    let (written, kept) = (written(of: width), kept(of: width))
    let (turns, kernel, bias) = (
      context.parameters[0], context.parameters[1], context.parameters[2]
    )
    for row in rows {
      let input = context.input.base + row * context.input.stride
      var output = context.output.base + row * context.output.stride
      for (slot, column) in kept.enumerated() { output[slot] = input[column] }
      output += kept.count
      for (number, column) in written.enumerated() {
        let waves =
          context.isTraining
          ? context.workspace[0].base + row * context.workspace[0].stride + number * 2 * frequencies
          : context.scratch
        let own = turns.base + number * turns.stride
        let x = input[column]
        for k in 0..<frequencies {
          let wave = Self.wave(own[k] * x)
          waves[k] = wave.sin
          waves[frequencies + k] = wave.cos
        }
        output.update(from: bias.base + number * bias.stride, count: units)
        for k in 0..<2 * frequencies {
          let weights = kernel.base + (number * 2 * frequencies + k) * kernel.stride
          let wave = waves[k]
          for unit in 0..<units { output[unit] += wave * weights[unit] }
        }
        // A number that is none stays so.
        for unit in 0..<units where output[unit] < 0 { output[unit] = 0 }
        output += units
      }
    }
  }

  public func backward(_ context: LayerContext, rows: Range<Int>) {
    guard let d = context.outputGradient else { return }
    let width = context.input.columns
    let (written, kept) = (written(of: width), kept(of: width))
    let (turns, kernel) = (context.parameters[0], context.parameters[1])
    let (waves, products) = (context.workspace[0], context.workspace[1])
    for row in rows {
      for column in 0..<width { context.inputGradient?[row, column] = 0 }
      for (slot, column) in kept.enumerated() {
        context.inputGradient?[row, column] = d[row, slot]
      }
      for (number, column) in written.enumerated() {
        let first = kept.count + number * units
        for unit in first..<first + units where context.output[row, unit] <= 0 { d[row, unit] = 0 }
        let gradient = d.base + row * d.stride + first
        let x = context.input[row, column]
        var sum: Float = 0
        for k in 0..<frequencies {
          let sine = number * 2 * frequencies + k
          let cosine = sine + frequencies
          let (bySine, byCosine) = (
            kernel.base + sine * kernel.stride, kernel.base + cosine * kernel.stride
          )
          var (ofSine, ofCosine): (Float, Float) = (0, 0)
          for unit in 0..<units {
            ofSine += gradient[unit] * bySine[unit]
            ofCosine += gradient[unit] * byCosine[unit]
          }
          let ofTurns = 2 * Float.pi * (waves[row, cosine] * ofSine - waves[row, sine] * ofCosine)
          products[row, number * frequencies + k] = ofTurns * x
          sum += ofTurns * turns[number, k]
        }
        context.inputGradient?[row, column] += sum
      }
    }
  }

  public func gradient(
    _ context: LayerContext, of index: Int, rows: Range<Int>, columns: Range<Int>,
    into block: Matrix
  ) {
    guard let d = context.outputGradient else { return }
    let first = kept(of: context.input.columns).count
    let (waves, products) = (context.workspace[0], context.workspace[1])
    for row in 0..<block.rows {
      (block.base + row * block.stride).update(repeating: 0, count: Matrix.padded(block.columns))
    }
    withUnsafeTemporaryAllocation(of: Float.self, capacity: columns.count) { part in
      for (place, row) in rows.enumerated() {
        let sum = block.base + place * block.stride
        for shard in 0..<context.shards.count {
          part.initialize(repeating: 0)
          for sample in context.shards.range(shard) {
            switch index {
            case 0:
              let own = products.base + sample * products.stride + row * frequencies
              for (place, column) in columns.enumerated() { part[place] += own[column] }
            case 1:
              let wave = waves[sample, row]
              let own = d.base + sample * d.stride + first + row / (2 * frequencies) * units
              for (place, column) in columns.enumerated() { part[place] += wave * own[column] }
            default:
              let own = d.base + sample * d.stride + first + row * units
              for (place, column) in columns.enumerated() { part[place] += own[column] }
            }
          }
          for place in 0..<columns.count { sum[place] += part[place] }
        }
      }
    }
  }
}
