import Foundation
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentEngine

@Suite struct EnsembleTests {
  private static func problem(_ input: [Int], _ layers: any Layer...) -> String {
    do {
      _ = try Network(input: input, layers: layers)
      return ""
    } catch {
      return error.description
    }
  }

  @Test func errorsNameThePlaceAsWritten() {
    #expect(Self.problem([3], Ensemble(members: [[Dense(2)]])).contains("members"))
    #expect(Self.problem([3], Ensemble(members: [[Dense(2)], []])).contains("members"))
    #expect(
      Self.problem([3], Dense(3), Ensemble(members: [[Dense(2)], [Dense(2)]]))
        .contains("put the layer into each member"))
    #expect(
      Self.problem([3], Ensemble(members: [[Dense(2)], [Dense(4)]]))
        .contains("member 2 puts out the shape [4], those before it [2]"))
    #expect(
      Self.problem([4, 4, 2], Ensemble(members: [[Dense(2)], [Flatten(), MaxPooling2D(2)]]))
        .hasPrefix("model.0.ensemble.members.1.1.max_pooling2d (member 2 of 2): "))
  }

  private static func networks(
    ending: any Activation
  ) throws -> [Model] {
    let rows = classRows(60, width: 6)
    let cost: any Cost = ending is Softmax ? CategoricalCrossEntropy() : CategoricalHinge()
    return try (1...3).map { seed in
      let trainer = try Trainer(
        Network(
          input: [6],
          layers: [
            Normalization(), Dense(8 + seed, activation: .relu), Dropout(0.1),
            Residual(projection: true) { Dense(5, activation: .tanh, name: "own") },
            Dense(3, activation: ending, activityRegularizer: L2(0.01)),
          ]),
        cost: cost, optimizer: .adam(learningRate: 0.01), seed: UInt64(seed), threads: 1)
      try trainer.prepare(on: rows, batchSize: 16)
      try trainer.run(epochs: 2)
      return trainer.model
    }
  }

  /// What an average says is the mean of what its members say: of probabilities' logarithms, or of outputs.
  @Test func averagesAreMeansOfTheirMembers() throws {
    let rows = classRows(40, width: 6)
    func outputs(_ model: Model) throws -> [Double] { try model.predict(rows).map { Double($0) } }
    let linear = try Self.networks(ending: Linear())
    let mean = try outputs(try Model.average(of: linear))
    let own = try linear.map(outputs)
    for index in mean.indices {
      let expected = own.reduce(0) { $0 + $1[index] } / 3
      #expect(abs(mean[index] - expected) < 1e-5)
    }
    let models = try Self.networks(ending: Softmax())
    let logits = try models.map { try outputs($0).map(log) }
    for temperature in [1, 1.7] {
      let average = try Model.average(of: models, temperature: temperature)
      #expect(average.network.output.activation is Softmax)
      let probabilities = try outputs(average)
      for row in 0..<40 {
        let powers = (0..<3).map { column in
          exp(logits.reduce(0) { $0 + $1[row * 3 + column] } / 3 / temperature)
        }
        for column in 0..<3 {
          let expected = powers[column] / powers.reduce(0, +)
          #expect(abs(probabilities[row * 3 + column] - expected) < 1e-5)
        }
      }
    }
  }

  @Test func modelsThatDoNotBelongTogetherAreNotAveraged() throws {
    let models = try Self.networks(ending: Softmax())
    #expect(throws: DescentError.self) { try Model.average(of: [models[0]]) }
    #expect(throws: DescentError.self) { try Model.average(of: []) }
    let other = Model(
      network: models[0].network,
      signature: ModelSignature(outputs: .classes(["x", "y", "z"])),
      parameters: models[0].parameters)
    #expect(throws: DescentError.self) { try Model.average(of: [models[1], other]) }
  }
}
