import Foundation

@testable import DescentCore
@testable import DescentEngine

/// What PyTorch and scikit-learn make of columns of numbers.
struct EncodingGoldens: Decodable {
  var bins: [Int]
  /// The rows from which encodings are learnt, and others that they are applied to.
  var training: [[Float]]
  var rows: [[Float]]
  var piecewiseLinear: [[Float]]
  var robustTraining: [[Float]]
  var robustRows: [[Float]]
  var robust: [[Float]]

  static func read() throws -> EncodingGoldens {
    let file = repositoryRoot.appending(path: "Tests/Fixtures/encodings/encodings.json")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(EncodingGoldens.self, from: Data(contentsOf: file))
  }

  /// What layers put out for the rows once they have learnt from the training rows.
  func outputs(_ layers: [any Layer]) throws -> [[Float]] {
    try Self.outputs(layers, training: training, rows: rows)
  }

  static func outputs(
    _ layers: [any Layer], training: [[Float]], rows: [[Float]]
  ) throws -> [[Float]] {
    let network = try Network(input: [training[0].count], layers: layers)
    let trainer = try Trainer(network, cost: MeanSquaredError(), optimizer: SGD(), threads: 2)
    let width = network.outputWidth
    try trainer.prepare(
      on: Dataset(
        features: .floats(training.flatMap { $0 }), shape: network.inputShape,
        targets: .values(
          Array(repeating: 0, count: training.count * width), names: (0..<width).map { "\($0)" })))
    return try trainer.model.predict(rows)
  }
}
