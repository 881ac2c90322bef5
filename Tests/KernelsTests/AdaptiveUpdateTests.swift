import Testing

@testable import Kernels

/// Updates of the adaptive optimizers: as in `UpdateTests`, every set gives the bits of the scalar formulas.
@Suite struct AdaptiveUpdateTests {
  /// One element: its weight, gradient and slots.
  struct Element {
    var w: Float
    var s: [Float]
    /// The mean gradient.
    let g: Float
  }

  /// Two steps of a kernel are two of its formula, for all sizes, and nothing else is written. What it returns is Σ g².
  static func check(
    kernel: (KernelSet.UpdatePiece) -> Float, formula: (_ element: inout Element) -> Void
  ) {
    for columns in edgeSizes {
      for rows in [1, 2, 5] {
        let extra = 16 * (rows % 2)
        let weights = Grid(rows, columns, extra: extra, seed: columns)
        let gradient = Grid(rows, columns, extra: 16, padding: 0, seed: columns + 1, in: -50...50)
        // No slot begins below zero: some are squares' means. Where a formula needs them larger than the
        // gradient's square, as a variance does, these are.
        let slots = (2...4).map {
          Grid(rows, columns, extra: extra, seed: columns + $0, in: 0...0.5)
        }
        if columns > 1 {
          gradient.matrix[0, 1] = 0
          for slot in slots { slot.matrix[0, 1] = 0 }
        }
        let wanted = ([weights] + slots).map { Grid(copying: $0) }
        for _ in 0..<2 {
          let squares = kernel(
            KernelSet.UpdatePiece(
              weights: weights.matrix, gradient: gradient.matrix, slot0: slots[0].matrix,
              slot1: slots[1].matrix, slot2: slots[2].matrix, scale: UpdateTests.scale))
          UpdateTests.expectSquares(squares, of: gradient.matrix)
          for row in 0..<rows {
            for column in 0..<columns {
              var element = Element(
                w: wanted[0].matrix[row, column],
                s: wanted.dropFirst().map { $0.matrix[row, column] },
                g: gradient.matrix[row, column] * UpdateTests.scale)
              formula(&element)
              wanted[0].matrix[row, column] = element.w
              for slot in 0..<3 { wanted[slot + 1].matrix[row, column] = element.s[slot] }
            }
          }
        }
        for (number, (got, want)) in zip([weights] + slots, wanted).enumerated() {
          #expect(firstDifference(got.matrix, want.matrix) == nil, "\(number)")
          #expect(got.firstWriteOutside() == nil, "\(number)")
        }
        #expect(gradient.firstWriteOutside() == nil)
      }
    }
  }

  @Test(arguments: KernelSet.available)
  func adagrad(set: KernelSet) {
    Self.check(
      kernel: { set.adagradUpdate($0, rate: 0.03, epsilon: 1e-7) },
      formula: { e in
        e.s[0] += e.g * e.g
        e.w -= e.g * 0.03 / (e.s[0] + 1e-7).squareRoot()
      })
  }

  @Test(arguments: KernelSet.available)
  func adadelta(set: KernelSet) {
    Self.check(
      kernel: {
        set.adadeltaUpdate($0, rate: 0.3, rho: 0.9, oneMinusRho: 0.1, epsilon: 1e-6)
      },
      formula: { e in
        e.s[0] = e.s[0] * 0.9 + e.g * e.g * 0.1
        let change = (e.s[1] + 1e-6).squareRoot() * e.g / (e.s[0] + 1e-6).squareRoot()
        e.s[1] = e.s[1] * 0.9 + change * change * 0.1
        e.w -= change * 0.3
      })
  }

  @Test(arguments: KernelSet.available)
  func rmsprop(set: KernelSet) {
    Self.check(
      kernel: {
        set.rmspropUpdate(
          $0, v: $0.slot0, m: nil, a: nil, rate: 0.03, rho: 0.9, oneMinusRho: 0.1, momentum: 0,
          epsilon: 1e-7)
      },
      formula: { e in
        e.s[0] = e.s[0] * 0.9 + e.g * e.g * 0.1
        e.w -= e.g * 0.03 / (e.s[0] + 1e-7).squareRoot()
      })
    // An ε that keeps the variance positive whatever the slots begin with.
    Self.check(
      kernel: {
        set.rmspropUpdate(
          $0, v: $0.slot0, m: $0.slot1, a: $0.slot2, rate: 0.03, rho: 0.9, oneMinusRho: 0.1,
          momentum: 0.7, epsilon: 1)
      },
      formula: { e in
        e.s[0] = e.s[0] * 0.9 + e.g * e.g * 0.1
        e.s[2] = e.s[2] * 0.9 + e.g * 0.1
        let divisor = e.s[0] - e.s[2] * e.s[2] + 1
        e.s[1] = e.s[1] * 0.7 + e.g * 0.03 / divisor.squareRoot()
        e.w -= e.s[1]
      })
  }

  @Test(arguments: KernelSet.available)
  func amsgrad(set: KernelSet) {
    Self.check(
      kernel: {
        set.amsgradUpdate(
          $0, alpha: 0.003, oneMinusBeta1: 0.1, oneMinusBeta2: 0.001, epsilon: 1e-7)
      },
      formula: { e in
        e.s[0] += (e.g - e.s[0]) * 0.1
        e.s[1] += (e.g * e.g - e.s[1]) * 0.001
        e.s[2] = max(e.s[2], e.s[1])
        e.w -= e.s[0] * 0.003 / (e.s[2].squareRoot() + 1e-7)
      })
  }

  @Test(arguments: KernelSet.available)
  func nadam(set: KernelSet) {
    Self.check(
      kernel: {
        set.nadamUpdate(
          $0, rate: 0.003, oneMinusBeta1: 0.1, oneMinusBeta2: 0.001, epsilon: 1e-7,
          meanWeight: 0.8, gradientWeight: 0.6, squareWeight: 5)
      },
      formula: { e in
        e.s[0] += (e.g - e.s[0]) * 0.1
        e.s[1] += (e.g * e.g - e.s[1]) * 0.001
        e.w -= (e.s[0] * 0.8 + e.g * 0.6) * 0.003 / ((e.s[1] * 5).squareRoot() + 1e-7)
      })
  }

  @Test(arguments: KernelSet.available)
  func adamax(set: KernelSet) {
    Self.check(
      kernel: {
        set.adamaxUpdate($0, alpha: 0.003, oneMinusBeta1: 0.1, beta2: 0.999, epsilon: 1e-7)
      },
      formula: { e in
        e.s[0] += (e.g - e.s[0]) * 0.1
        e.s[1] = max(e.s[1] * 0.999, abs(e.g))
        e.w -= e.s[0] * 0.003 / (e.s[1] + 1e-7)
      })
  }

  @Test(arguments: KernelSet.available)
  func lion(set: KernelSet) {
    Self.check(
      kernel: {
        set.lionUpdate(
          $0, rate: 0.003, beta1: 0.9, oneMinusBeta1: 0.1, beta2: 0.99, oneMinusBeta2: 0.01)
      },
      formula: { e in
        let direction = e.s[0] * 0.9 + e.g * 0.1
        e.w -= (direction > 0 ? 1 : direction < 0 ? -1 : 0) * 0.003
        e.s[0] = e.s[0] * 0.99 + e.g * 0.01
      })
  }

  @Test(arguments: KernelSet.available)
  func ftrl(set: KernelSet) {
    Self.check(
      kernel: { set.ftrlUpdate($0, rate: 0.1, l1: 0.2, l2: 0, shrinkage: 0.01) },
      formula: { e in
        let new = e.s[0] + e.g * e.g
        let roots = new.squareRoot() - e.s[0].squareRoot()
        e.s[1] += e.g + e.w * 0.02 - roots / 0.1 * e.w
        e.s[0] = new
        let quadratic = new.squareRoot() / 0.1
        e.w = quadratic == 0 ? 0 : (min(max(e.s[1], -0.2), 0.2) - e.s[1]) / quadratic
      })
  }
}
