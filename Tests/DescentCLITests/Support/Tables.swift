@testable import Descent
@testable import DescentEngine

extension EpochRecord {
  /// An epoch with figures that are easy to recognise.
  static func sample(
    _ number: Int = 3, cost: Double = 0.25, validationCost: Double? = 0.5,
    validationMetrics: [Double] = [0.75]
  ) -> EpochRecord {
    EpochRecord(
      number: number, cost: cost, penalty: 0.125, validationCost: validationCost,
      learningRate: 0.001, gradientNorm: 2, seconds: 1.5, samplesPerSecond: 1000,
      metrics: [0.875], validationMetrics: validationMetrics)
  }
}

/// A table of two classes that a small network tells apart, 200 rows.
let twoClasses: String = {
  var text = "x,y,kind\n"
  for row in 0..<200 {
    let (x, y) = (row * 7 % 20, row * 13 % 17)
    text += "\(x),\(y),\(x > y ? "below" : "above")\n"
  }
  return text
}()

/// A config for it, in a file beside `table.csv`.
let twoClassesConfig = """
  name: two-classes
  data: { train: table.csv, target: kind, validation: 0.2, scale: standard }
  model:
    - dense: { units: 16, activation: relu }
    - dropout: 0.2
    - dense: { activation: softmax }
  batch_size: 8
  epochs: 3
  seed: 5
  """

extension Scratch {
  /// A folder with `table.csv` and `config.yaml`.
  static func withTable(config: String = twoClassesConfig) throws -> Scratch {
    let folder = try Scratch()
    try folder.write(twoClasses, to: "table.csv")
    try folder.write(config, to: "config.yaml")
    return folder
  }
}
