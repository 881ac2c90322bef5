import Kernels
import Testing

@testable import Descent
@testable import DescentEngine

/// Weights of rows: each multiplies its row's cost and gradient and nothing else.
@Suite struct CostWeightTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var cost: any Cost
    var form: TargetForm
    var takesOver: Bool
  }

  static let cases =
    [
      Case(
        testDescription: "squared error", cost: MeanSquaredError(), form: .values, takesOver: false),
      Case(
        testDescription: "binary", cost: BinaryCrossEntropy(), form: .values, takesOver: true),
      Case(
        testDescription: "binary of probabilities", cost: BinaryCrossEntropy(), form: .values,
        takesOver: false),
      Case(
        testDescription: "binary of logits", cost: BinaryCrossEntropy(fromLogits: true),
        form: .values, takesOver: false),
      Case(
        testDescription: "classes", cost: CategoricalCrossEntropy(), form: .classes, takesOver: true
      ),
      Case(
        testDescription: "distributions", cost: CategoricalCrossEntropy(), form: .distributions,
        takesOver: true),
      Case(
        testDescription: "distributions of probabilities", cost: CategoricalCrossEntropy(),
        form: .distributions, takesOver: false),
    ] + others

  private static let others =
    ([
      MeanAbsoluteErrorCost(), MeanAbsolutePercentageErrorCost(), MeanSquaredLogarithmicErrorCost(),
      Huber(), LogCosh(), Quantile([0.25]), Poisson(), Hinge(), SquaredHinge(), CategoricalHinge(),
      KLDivergence(), BinaryFocalCrossEntropy(fromLogits: true),
      BinaryFocalCrossEntropy(labelSmoothing: 0.5),
      CategoricalFocalCrossEntropy(fromLogits: true, labelSmoothing: 0.5),
      CategoricalFocalCrossEntropy(), BinaryCrossEntropy(fromLogits: true, labelSmoothing: 0.5),
      CategoricalCrossEntropy(fromLogits: true, labelSmoothing: 0.5),
    ] as [any Cost]).map { cost in
      Case(
        testDescription: "\(cost.configuration.json())", cost: cost,
        form: cost.fit.targets == .oneOfSeveral ? .distributions : .values, takesOver: false)
    }

  @Test(arguments: cases, KernelSet.available)
  func weightsMultiplyCostAndGradient(_ test: Case, kernels: KernelSet) throws {
    let rows = 5
    let outputs = 3
    // Powers of two multiply without rounding: the weighted bits are those of the plain ones.
    let weights: [Float] = [1, 0.5, 0, 4, 2]
    let plain = try evaluate(test, rows, outputs, weights: nil, kernels)
    let weighted = try evaluate(test, rows, outputs, weights: weights, kernels)
    #expect(plain.costs.allSatisfy { $0 > 0 })
    for row in 0..<rows {
      #expect(weighted.costs[row] == plain.costs[row] * weights[row])
      for column in 0..<outputs {
        let index = row * outputs + column
        #expect(weighted.gradient[index] == plain.gradient[index] * weights[row])
      }
    }
    #expect(plain.output == weighted.output)
  }

  private func evaluate(
    _ test: Case, _ rows: Int, _ outputs: Int, weights: [Float]?, _ kernels: KernelSet
  ) throws -> (costs: [Float], gradient: [Float], output: [Float]) {
    let prediction = AlignedFloats.matrix(rows: rows, columns: outputs)
    let gradient = AlignedFloats.matrix(rows: rows, columns: outputs)
    let targets = AlignedFloats.matrix(rows: rows, columns: outputs)
    let costs = AlignedFloats(count: 16)
    let weightMemory = AlignedFloats(count: 16)
    let values = noise(rows * outputs, seed: 4)
    for row in 0..<rows {
      for column in 0..<outputs {
        prediction.matrix[row, column] = 0.5 + 0.4 * values[row * outputs + column]
        targets.matrix[row, column] = column == row % outputs ? 1 : 0
      }
    }
    for (row, weight) in (weights ?? []).enumerated() { weightMemory.base[row] = weight }
    var classes = (0..<rows).map { Int32($0 % outputs) }
    classes.withUnsafeMutableBufferPointer { classes in
      let context = CostContext(
        kernels: kernels, prediction: prediction.matrix, gradient: gradient.matrix,
        costs: costs.base,
        targets: BatchTargets(
          form: test.form, classes: test.form == .classes ? classes.baseAddress : nil,
          values: test.form == .classes ? nil : targets.matrix,
          weights: weights == nil ? nil : weightMemory.base),
        tookActivationOver: test.takesOver)
      // In two parts, as workers do it: the second's weights and classes begin where its rows do.
      test.cost.evaluate(context, rows: 0..<2)
      test.cost.evaluate(context, rows: 2..<rows)
    }
    let elements = { (matrix: Matrix) in (0..<rows).flatMap { Array(matrix.row($0)) } }
    return withExtendedLifetime((prediction, gradient, targets)) {
      (
        (0..<rows).map { costs.base[$0] }, elements(gradient.matrix), elements(prediction.matrix)
      )
    }
  }
}
