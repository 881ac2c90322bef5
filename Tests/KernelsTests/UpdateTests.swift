import Testing

@testable import Kernels

/// Optimizer updates. No sum runs across lanes in them and products are rounded before they are added, so
/// all sets give the bits of the scalar formulas.
@Suite struct UpdateTests {
  /// A parameter, its gradient and two slots, of which the second holds no negative number.
  struct Parameter {
    let weights: Grid
    let gradient: Grid
    let slot0: Grid
    let slot1: Grid

    init(_ rows: Int, _ columns: Int) {
      let extra = 16 * (rows % 2)
      weights = Grid(rows, columns, extra: extra, seed: columns)
      gradient = Grid(rows, columns, extra: 16, padding: 0, seed: columns + 1, in: -50...50)
      slot0 = Grid(rows, columns, extra: extra, seed: columns + 2)
      slot1 = Grid(rows, columns, extra: extra, seed: columns + 3, in: 0...2)
      if columns > 1 {
        gradient.matrix[0, 1] = 0
        slot0.matrix[0, 1] = 0
        slot1.matrix[0, 1] = 0
      }
    }

    init(copying other: Parameter) {
      weights = Grid(copying: other.weights)
      gradient = Grid(copying: other.gradient)
      slot0 = Grid(copying: other.slot0)
      slot1 = Grid(copying: other.slot1)
    }

    func piece(scale: Float) -> KernelSet.UpdatePiece {
      KernelSet.UpdatePiece(
        weights: weights.matrix, gradient: gradient.matrix, slot0: slot0.matrix,
        slot1: slot1.matrix, scale: scale)
    }

    /// Applies a scalar formula to every element, in place.
    func update(_ formula: (_ w: inout Float, _ m: inout Float, _ v: inout Float, Float) -> Void) {
      for row in 0..<weights.matrix.rows {
        for column in 0..<weights.matrix.columns {
          var w = weights.matrix[row, column]
          var m = slot0.matrix[row, column]
          var v = slot1.matrix[row, column]
          formula(&w, &m, &v, gradient.matrix[row, column])
          weights.matrix[row, column] = w
          slot0.matrix[row, column] = m
          slot1.matrix[row, column] = v
        }
      }
    }
  }

  static let scale: Float = 1 / 37

  /// Two steps of a kernel are two of its formula, for all sizes, and nothing else is written. What it returns is Σ g².
  static func check(
    kernel: (KernelSet.UpdatePiece) -> Float,
    formula: (_ w: inout Float, _ m: inout Float, _ v: inout Float, _ g: Float) -> Void
  ) {
    for columns in edgeSizes {
      for rows in [1, 2, 5] {
        let got = Parameter(rows, columns)
        let want = Parameter(copying: got)
        for _ in 0..<2 {
          expectSquares(kernel(got.piece(scale: scale)), of: want.gradient.matrix)
          want.update(formula)
        }
        let pairs = [
          ("w", got.weights, want.weights), ("g", got.gradient, want.gradient),
          ("slot 0", got.slot0, want.slot0), ("slot 1", got.slot1, want.slot1),
        ]
        for (name, got, want) in pairs {
          #expect(firstDifference(got.matrix, want.matrix) == nil, "\(name)")
          #expect(got.firstWriteOutside() == nil, "\(name)")
        }
      }
    }
  }

  static func expectSquares(_ got: Float, of gradient: Matrix) {
    var want = 0.0
    for row in 0..<gradient.rows {
      want += gradient.doubles(row).reduce(0) { $0 + $1 * $1 }
    }
    // Sums of squares: each is rounded at most twice, and once more for each sum it is part of.
    let terms = Double(gradient.rows * gradient.columns + 4)
    #expect(abs(Double(got) - want) <= terms * unit * want)
  }

  @Test(arguments: KernelSet.available)
  func descent(set: KernelSet) {
    Self.check(
      kernel: { set.descentUpdate($0, rate: 0.03) },
      formula: { w, _, _, g in
        w -= (g * Self.scale) * 0.03
      })
  }

  @Test(arguments: KernelSet.available)
  func momentum(set: KernelSet) {
    Self.check(
      kernel: { set.momentumUpdate($0, rate: 0.03, momentum: 0.9, nesterov: false) },
      formula: { w, m, _, g in
        m = m * 0.9 - (g * Self.scale) * 0.03
        w += m
      })
  }

  @Test(arguments: KernelSet.available)
  func nesterov(set: KernelSet) {
    Self.check(
      kernel: { set.momentumUpdate($0, rate: 0.03, momentum: 0.9, nesterov: true) },
      formula: { w, m, _, g in
        let step = (g * Self.scale) * 0.03
        m = m * 0.9 - step
        w += m * 0.9 - step
      })
  }

  @Test(arguments: KernelSet.available)
  func adam(set: KernelSet) {
    Self.check(
      kernel: {
        set.adamUpdate(
          $0, alpha: 0.003, oneMinusBeta1: 0.1, oneMinusBeta2: 0.001, epsilon: 1e-7)
      },
      formula: { w, m, v, g in
        let gradient = g * Self.scale
        m += (gradient - m) * 0.1
        v += (gradient * gradient - v) * 0.001
        w -= m * 0.003 / (v.squareRoot() + 1e-7)
      })
  }

  /// Against the textbook's form of Adam in Double, so that the formula itself has a witness.
  @Test(arguments: KernelSet.available)
  func adamFollowsTheTextbook(set: KernelSet) {
    let (rate, beta1, beta2, epsilon) = (0.01, 0.9, 0.999, 1e-7)
    let gradients = [0.5, -1.25, 2, 0.125, -0.75]
    let w = Grid(1, 1) { _, _ in 1 }
    let m = Grid(1, 1) { _, _ in 0 }
    let v = Grid(1, 1) { _, _ in 0 }
    var (x, first, second, power1, power2) = (1.0, 0.0, 0.0, 1.0, 1.0)
    for gradient in gradients {
      power1 *= beta1
      power2 *= beta2
      let correction = (1 - power2).squareRoot() / (1 - power1)
      first = beta1 * first + (1 - beta1) * gradient
      second = beta2 * second + (1 - beta2) * gradient * gradient
      // Keras adds ε to √v before the correction of its bias.
      x -= rate * correction * first / (second.squareRoot() + epsilon)
      let g = Grid(1, 1) { _, _ in Float(gradient) }
      let piece = KernelSet.UpdatePiece(
        weights: w.matrix, gradient: g.matrix, slot0: m.matrix, slot1: v.matrix, scale: 1)
      _ = set.adamUpdate(
        piece, alpha: Float(rate * correction), oneMinusBeta1: Float(1 - beta1),
        oneMinusBeta2: Float(1 - beta2), epsilon: Float(epsilon))
      // A rounding of w each step; the change itself, at most 0.01, to some ten more.
      #expect(abs(Double(w.matrix[0, 0]) - x) <= 5 * (1 + 0.1) * unit)
    }
  }

  @Test(arguments: KernelSet.available)
  func sumOfSquares(set: KernelSet) {
    for columns in edgeSizes + [100, 1000] {
      for rows in [1, 3, 14] {
        let g = Grid(rows, columns, extra: 16, padding: 0, seed: rows + columns, in: -9...9)
        var want = 0.0
        for row in 0..<rows { want += g.matrix.doubles(row).reduce(0) { $0 + $1 * $1 } }
        let got = Double(set.sumOfSquares(g.matrix))
        // Lanes have a chain each, shorter than one chain of everything.
        let longest = rows * set.whole(columns) / set.lanes + 5
        #expect(abs(got - want) <= Double(longest + 1) * unit * want, "\(rows) × \(columns)")
      }
    }
    let infinite = Grid(2, 20, padding: 0) { row, column in row == 1 && column == 19 ? 2e19 : 1 }
    #expect(set.sumOfSquares(infinite.matrix) == .infinity)
  }

  @Test(arguments: KernelSet.available)
  func dotProducts(set: KernelSet) {
    for count in edgeSizes {
      let x = Grid(1, count, padding: 0, seed: count)
      let y = Grid(1, count, padding: 0, seed: count + 1)
      let terms = (0..<count).map { Double(x.matrix[0, $0]) * Double(y.matrix[0, $0]) }
      let got = Double(set.dotProduct(x.matrix.base, y.matrix.base, count: count))
      let size = terms.reduce(0) { $0 + abs($1) }
      // Each lane adds up its terms, and the lanes are added.
      #expect(abs(got - terms.reduce(0, +)) <= unit * Double(count + 16) * size)
    }
  }
}
