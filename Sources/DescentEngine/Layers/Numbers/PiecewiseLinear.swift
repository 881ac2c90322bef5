/// Writes each number as how far it has come through each of some bins: the piecewise-linear encoding of Gorishniy et al.
/// 2022, "On Embeddings for Numerical Features in Tabular Deep Learning", section 3.2.
///
/// A column with the edges b₀ < b₁ < … < b_T becomes T columns. For bin t, from b₍ₜ₋₁₎ to bₜ, z = (x − b₍ₜ₋₁₎) / (bₜ − b₍ₜ₋₁₎), and
/// the bin's column is z where that is between 0 and 1, 0 below and 1 above; but z itself below the first bin and above the last,
/// so that numbers beyond those seen go on. What follows can so give each bin a slope of its own.
///
/// The edges are quantiles of what the layer takes in of the training rows, found before the first step as `QuantileBins` has
/// it: a column of fewer different values has an edge at each of them. Bins that a column has no edges for are always 0.
///
/// Shapes: x N × columns; y N × Σ max(1, bins), a column's bins where it was, with `include_input` after the column itself. A column
/// of 0 bins stays as it is. The layer keeps for
/// each of its outputs the bin's beginning ("mean"), the square of its width ("variance"), and its slopes below and above the bin
/// ("lower" and "upper"), 1 or 0.
public struct PiecewiseLinear: FittedLayer, TabledComponent {
  public static let kind = "piecewise_linear"
  public static let summary =
    "Writes each number as how far it has come through each of some bins, learnt before training."
  public static let table = ConfigTable(
    PiecewiseLinear(),
    .option(
      "bins", .oneOf([size, .list(of: size, atLeast: 1)]), \.bins,
      "How many bins each column has at most, or a number for each column; 0 leaves one as it is."),
    .option(
      "include_input", .bool, \.includesInput,
      "Whether a column that has bins stands beside them as well."),
    .name(\.name))

  /// How many bins a column may have.
  package static let mostBins = 1024
  private static let size = ConfigType.integer(.from(0, to: mostBins))

  /// A number for each column, or one for all.
  public private(set) var bins: PerAxis
  /// Whether a column that has bins stands before them as well.
  public private(set) var includesInput: Bool
  public private(set) var name: String?

  public init(bins: PerAxis = 16, includesInput: Bool = false, name: String? = nil) {
    self.bins = bins
    self.includesInput = includesInput
    self.name = name
  }

  /// How many outputs each of so many columns has.
  package func slots(of columns: Int) -> [Int] {
    bins.each(of: columns).map { $0 == 0 ? 1 : $0 + (includesInput ? 1 : 0) }
  }

  private func width(of columns: Int) -> Int { slots(of: columns).reduce(0, +) }

  public func outputShape(for input: [Int]) throws(DescentError) -> [Int] {
    try Self.requireRows(input)
    guard bins.fits(axes: input[0]) else {
      throw DescentError(
        .invalidInput, "there are \(bins.values.count) numbers of bins for \(input[0]) columns",
        advice: "give one for each column, or one for all")
    }
    return [width(of: input[0])]
  }

  public func parameters(for input: [Int]) -> [ParameterSpecification] {
    let width = width(of: input[0])
    func fixed(_ name: String, _ initializer: some Initializer) -> ParameterSpecification {
      ParameterSpecification(name, shape: [width], initializer: initializer, isTrainable: false)
    }
    return [
      fixed("mean", Zeros()), fixed("variance", Ones()), fixed("lower", Ones()),
      fixed("upper", Ones()),
    ]
  }

  public func fit(to inputs: Dataset) throws(DescentError) -> [[Float]] {
    var (mean, variance): ([Float], [Float]) = ([], [])
    var (lower, upper): ([Float], [Float]) = ([], [])
    let columns = try inputs.sortedColumns()
    for (column, bins) in zip(columns, bins.each(of: columns.count)) {
      if bins == 0 || includesInput {
        mean.append(0)
        variance.append(1)
        lower.append(1)
        upper.append(1)
      }
      let edges = QuantileBins.edges(of: column, bins: bins)
      for bin in 0..<bins {
        guard bin + 1 < edges.count else {
          // So far off that no number is in it.
          mean.append(.greatestFiniteMagnitude)
          variance.append(1)
          lower.append(0)
          upper.append(0)
          continue
        }
        let width = edges[bin + 1] - edges[bin]
        mean.append(edges[bin])
        variance.append(width * width)
        lower.append(bin == 0 ? 1 : 0)
        upper.append(bin + 2 == edges.count ? 1 : 0)
      }
    }
    return [mean, variance, lower, upper]
  }

  /// One by the bins' widths, and between which numbers their outputs are.
  public func workspace(for input: [Int]) -> [Workspace] {
    let width = width(of: input[0])
    return [.columns(width: width), .columns(width: width), .columns(width: width)]
  }

  public func prepare(_ context: LayerContext) {
    let (variance, lower, upper) = (
      context.parameters[1], context.parameters[2], context.parameters[3]
    )
    for slot in 0..<variance.columns {
      context.workspace[0][0, slot] = Normalization.factor(variance[0, slot])
      context.workspace[1][0, slot] = lower[0, slot] == 0 ? 0 : -.infinity
      context.workspace[2][0, slot] = upper[0, slot] == 0 ? 1 : .infinity
    }
  }

  public func forward(_ context: LayerContext, rows: Range<Int>) {
    let slots = slots(of: context.input.columns)
    let mean = context.parameters[0].base
    let (factor, least, most) = (
      context.workspace[0].base, context.workspace[1].base, context.workspace[2].base
    )
    for row in rows {
      let input = context.input.base + row * context.input.stride
      let output = context.output.base + row * context.output.stride
      var slot = 0
      for column in 0..<slots.count {
        let x = input[column]
        for _ in 0..<slots[column] {
          let z = (x - mean[slot]) * factor[slot]
          // A number that is none stays so.
          let above = z < least[slot] ? least[slot] : z
          output[slot] = above > most[slot] ? most[slot] : above
          slot += 1
        }
      }
    }
  }

  public func backward(_ context: LayerContext, rows: Range<Int>) {
    guard let d = context.outputGradient, let dx = context.inputGradient else { return }
    let slots = slots(of: context.input.columns)
    let mean = context.parameters[0]
    let (factor, least, most) = (
      context.workspace[0], context.workspace[1], context.workspace[2]
    )
    for row in rows {
      var slot = 0
      for column in 0..<slots.count {
        let x = context.input[row, column]
        var sum: Float = 0
        for _ in 0..<slots[column] {
          let z = (x - mean[0, slot]) * factor[0, slot]
          sum += d[row, slot] * factor[0, slot] * Self.slope(z, least[0, slot], most[0, slot])
          slot += 1
        }
        dx[row, column] = sum
      }
    }
  }

  /// 1 in a bin, 0 beside it, and on its edges, where training rows are, the mean of both.
  private static func slope(_ z: Float, _ least: Float, _ most: Float) -> Float {
    // One by a width times the width need not be 1.
    let (below, above) = (z - least, most - z)
    if min(below, above) < -4 * .ulpOfOne { return 0 }
    return min(below, above) > 4 * .ulpOfOne ? 1 : 0.5
  }
}
