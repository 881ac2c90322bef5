import Foundation
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentEngine

@Suite struct RobustScalingTests {
  @Test func scalesAsRealMLPDoes() throws {
    let golden = try EncodingGoldens.read()
    let found = try EncodingGoldens.outputs(
      [Normalization(isRobust: true), SmoothClip()], training: golden.robustTraining,
      rows: golden.robustRows)
    for (row, expected) in zip(found, golden.robust) {
      #expect(row.count == expected.count)
      for (value, other) in zip(row, expected) { #expect(abs(value - other) <= 1e-6) }
    }
  }

  /// What says that a number is missing, and what stands for a category, is scaled as ever.
  @Test func otherColumnsAreScaledByTheirDeviation() throws {
    var data = Dataset(features: .floats((0..<30).map { Float($0 * $0 % 7) }), shape: [3])
    data.encoding = TableEncoding(columns: [
      .init(name: "a", kind: .number(fill: 1, hasIndicator: true)),
      .init(name: "b", kind: .embedded(values: ["x"], hasOther: true, units: 2)),
    ])
    let (plain, robust) = (
      try ColumnStatistics(ofColumns: data), try ColumnStatistics(ofColumns: data, isRobust: true)
    )
    #expect(robust.mean[0] != plain.mean[0] && robust.variance[0] != plain.variance[0])
    #expect(robust.mean.dropFirst() == plain.mean.dropFirst())
    #expect(robust.variance.dropFirst() == plain.variance.dropFirst())
  }
}
