import Foundation
import Kernels

@testable import Descent
@testable import DescentEngine

typealias Rows = [[Double]]

/// Layers, activations and costs once more, in `Double` and as plainly as they can be written: what gradients
/// are checked against, by central differences.
enum Reference {
  /// What a layer computes for a whole mini-batch: rows and the layer's parameters in, rows out.
  typealias Forward = (_ rows: Rows, _ parameters: [[Double]]) -> Rows

  static func activation(_ kind: String) -> ([Double]) -> [Double] {
    switch kind {
    case Linear.kind: { $0 }
    case ReLU.kind: { $0.map { max(0, $0) } }
    case Sigmoid.kind: { $0.map { 1 / (1 + exp(-$0)) } }
    case Tanh.kind: { $0.map { tanh($0) } }
    case Softmax.kind: softmax
    case LeakyReLU.kind: { $0.map { $0 > 0 ? $0 : 0.2 * $0 } }
    case ELU.kind: { $0.map { $0 > 0 ? $0 : exp($0) - 1 } }
    case SELU.kind:
      { $0.map { 1.0507009873554805 * ($0 > 0 ? $0 : 1.6732632423543772 * (exp($0) - 1)) } }
    case GELU.kind: { $0.map { $0 / 2 * (1 + erf($0 / 2.0.squareRoot())) } }
    case SiLU.kind: { $0.map { $0 / (1 + exp(-$0)) } }
    case Mish.kind: { $0.map { $0 * tanh(log(1 + exp($0))) } }
    case Softplus.kind: { $0.map { log(1 + exp($0)) } }
    case Softsign.kind: { $0.map { $0 / (1 + abs($0)) } }
    case HardSigmoid.kind: { $0.map { min(max($0 / 6 + 0.5, 0), 1) } }
    case HardSiLU.kind: { $0.map { $0 * min(max($0 / 6 + 0.5, 0), 1) } }
    case HardTanh.kind: { $0.map { min(max($0, -1), 1) } }
    case ReLU6.kind: { $0.map { min(max($0, 0), 6) } }
    case Exponential.kind: { $0.map { exp($0) } }
    case LogSoftmax.kind: { softmax($0).map { log($0) } }
    default: preconditionFailure("no reference for the activation \(kind)")
    }
  }

  static func softmax(_ z: [Double]) -> [Double] {
    let largest = z.max() ?? 0
    let powers = z.map { exp($0 - largest) }
    let total = powers.reduce(0, +)
    return powers.map { $0 / total }
  }

  static func dense(_ units: Int, _ activation: String) -> Forward {
    let apply = Self.activation(activation)
    return { rows, parameters in
      let kernel = parameters[0]
      let bias = parameters.count > 1 ? parameters[1] : [Double](repeating: 0, count: units)
      return rows.map { row in
        var sums = bias
        // Bare loops: most of what central differences take is spent here, and where nothing is optimised ranges and
        // closures take many times as long.
        sums.withUnsafeMutableBufferPointer { sums in
          kernel.withUnsafeBufferPointer { kernel in
            var input = 0
            while input < row.count {
              let value = row[input]
              var unit = 0
              while unit < units {
                sums[unit] += value * kernel[input * units + unit]
                unit += 1
              }
              input += 1
            }
          }
        }
        return apply(sums)
      }
    }
  }

  /// Statistics of the batch itself.
  static func batchNormalization(epsilon: Double) -> Forward {
    { rows, parameters in
      let count = Double(rows.count)
      let columns = rows[0].indices
      let mean = columns.map { column in rows.reduce(0) { $0 + $1[column] } / count }
      let variance = columns.map { column in
        rows.reduce(0) { $0 + pow($1[column] - mean[column], 2) } / count
      }
      return rows.map { row in
        columns.map {
          parameters[0][$0] * (row[$0] - mean[$0]) / (variance[$0] + epsilon).squareRoot()
            + parameters[1][$0]
        }
      }
    }
  }

  static func layerNormalization(epsilon: Double) -> Forward {
    { rows, parameters in
      rows.map { row in
        let mean = row.reduce(0, +) / Double(row.count)
        let variance = row.reduce(0) { $0 + pow($1 - mean, 2) } / Double(row.count)
        return row.indices.map {
          parameters[0][$0] * (row[$0] - mean) / (variance + epsilon).squareRoot()
            + parameters[1][$0]
        }
      }
    }
  }

  static func normalization(_ rows: Rows, _ parameters: [[Double]]) -> Rows {
    rows.map { row in
      row.indices.map { (row[$0] - parameters[0][$0]) / parameters[1][$0].squareRoot() }
    }
  }

  static func inverseNormalization(_ rows: Rows, _ parameters: [[Double]]) -> Rows {
    rows.map { row in
      row.indices.map { row[$0] * parameters[1][$0].squareRoot() + parameters[0][$0] }
    }
  }

  /// The mean over rows of a cost that is given a row's prediction and target.
  static func mean(
    _ cost: ([Double], [Double]) -> Double, _ predictions: Rows, _ targets: Rows
  ) -> Double {
    zip(predictions, targets).reduce(0) { $0 + cost($1.0, $1.1) } / Double(predictions.count)
  }

  static func squaredError(_ y: [Double], _ t: [Double]) -> Double {
    zip(y, t).reduce(0) { $0 + pow($1.0 - $1.1, 2) } / Double(y.count)
  }

  static func binaryCrossEntropy(_ y: [Double], _ t: [Double]) -> Double {
    zip(y, t).reduce(0) { $0 - $1.1 * log($1.0) - (1 - $1.1) * log(1 - $1.0) } / Double(y.count)
  }

  static func categoricalCrossEntropy(_ y: [Double], _ t: [Double]) -> Double {
    zip(y, t).reduce(0) { $0 - $1.1 * log($1.0) }
  }
}
