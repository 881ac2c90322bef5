import Kernels
import Testing

@testable import Descent
@testable import DescentEngine

@Suite struct MetricTests {
  private func values(
    of metric: any RowMetric, _ predictions: [[Float]], form: TargetForm, classes: [Int32] = [],
    targets: [[Float]] = [], kernels: KernelSet
  ) -> [Float] {
    let rows = predictions.count
    let columns = predictions[0].count
    let prediction = AlignedFloats.matrix(rows: rows, columns: columns)
    let expected = AlignedFloats.matrix(rows: rows, columns: columns)
    let result = AlignedFloats(count: rows)
    for row in 0..<rows {
      for column in 0..<columns {
        prediction.matrix[row, column] = predictions[row][column]
        if !targets.isEmpty { expected.matrix[row, column] = targets[row][column] }
      }
    }
    var classes = classes
    return classes.withUnsafeMutableBufferPointer { buffer in
      let targets = BatchTargets(
        form: form, classes: form == .classes ? buffer.baseAddress : nil,
        values: form == .classes ? nil : expected.matrix)
      // In two parts, as workers do it.
      for part in [0..<1, 1..<rows] {
        metric.evaluate(
          prediction.matrix, targets: targets, kernels: kernels, rows: part, into: result.base)
      }
      return withExtendedLifetime((prediction, expected)) { (0..<rows).map { result.base[$0] } }
    }
  }

  @Test(arguments: KernelSet.available)
  func accuracyOfClasses(kernels: KernelSet) {
    let predictions: [[Float]] = [[0.1, 0.7, 0.2], [0.5, 0.5, 0], [0.5, 0.5, 0], [0, 0.1, 0.9]]
    #expect(
      values(
        of: Accuracy(), predictions, form: .classes, classes: [1, 0, 1, 0], kernels: kernels)
        == [1, 1, 0, 0])
    #expect(
      values(
        of: Accuracy(), predictions, form: .distributions,
        targets: [[0, 1, 0], [1, 0, 0], [0, 1, 0], [0.6, 0.4, 0]], kernels: kernels)
        == [1, 1, 0, 0])
  }

  @Test(arguments: KernelSet.available)
  func accuracyOfYesAndNo(kernels: KernelSet) {
    #expect(
      values(
        of: Accuracy(), [[0.51], [0.5], [0.2], [0.9]], form: .values,
        targets: [[1], [1], [0], [0]], kernels: kernels) == [1, 0, 1, 0])
    #expect(
      values(
        of: Accuracy(), [[0.9, 0.1], [0.9, 0.9]], form: .values, targets: [[1, 0], [1, 0]],
        kernels: kernels) == [1, 0.5])
  }

  @Test(arguments: KernelSet.available)
  func meanAbsoluteErrorIsTheMeanOverOutputs(kernels: KernelSet) {
    #expect(
      values(
        of: MeanAbsoluteError(), [[1, -2], [0.5, 0]], form: .values,
        targets: [[0, 2], [0.5, -4]],
        kernels: kernels) == [2.5, 2])
    #expect(!MeanAbsoluteError().accepts(.classes))
    #expect(!MeanAbsoluteError().accepts(.distributions))
  }
}
