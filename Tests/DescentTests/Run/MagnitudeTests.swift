import Foundation
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentEngine

/// Scaling at any magnitude that a float holds, of features and of targets.
@Suite struct MagnitudeTests {
  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  /// y = 2a − b / 2 + 3, with the features and the target times factors, and a constant column.
  private func setup(a: Float = 1, b: Float = 1, y: Float = 1) throws -> RunSetup {
    let random = CounterRandom(seed: 5, purpose: .noise)
    func number(_ index: Int) -> Float {
      Float(Int(random.bits(UInt64(index)) % 2000)) / 500 - 2
    }
    var table = "a,b,c,y\n"
    for row in 0..<96 {
      let (first, second) = (number(2 * row), number(2 * row + 1))
      table += "\(first * a),\(second * b),7,\((2 * first - second / 2 + 3) * y)\n"
    }
    let file = folder.appending(path: "table.csv")
    try Data(table.utf8).write(to: file)
    let text = """
      data: { train: "\(file.path)", target: y, scale: standard, scale_target: standard }
      model: [{ dense: { units: 8, activation: tanh } }, dense]
      cost: mean_squared_error
      optimizer: { adam: { learning_rate: 0.02 } }
      batch_size: 16
      epochs: 30
      metrics: [r2]
      """
    let setup = try RunSetup(
      config: ConfigNode(yaml: text, source: ConfigSource(name: "run.yaml")), threads: 2,
      kernels: .best)
    try setup.prepare()
    try setup.trainer.run(epochs: 30)
    return setup
  }

  private func outputs(_ setup: RunSetup) throws -> [Float] {
    try setup.trainer.model.predict(setup.data.training)
  }

  /// At another power of two the fit is the same to the bit.
  @Test(arguments: [-100, -60, -24, -10, 10, 40, 63, 100])
  func powersOfTwoChangeNothing(exponent: Int) throws {
    let plain = try outputs(setup())
    let factor = Float(sign: .plus, exponent: exponent, significand: 1)
    let features = try outputs(setup(a: factor, b: 1 / factor))
    #expect(features == plain)
    let targets = try setup(y: factor)
    #expect(try outputs(targets) == plain.map { $0 * factor })
    #expect(targets.trainer.history.epochs.last?.metrics.first ?? 0 > 0.95)
  }

  @Test(arguments: [1e-30, 1e-12, 1e-5, 1e7, 1e18, 1e30] as [Float])
  func everyMagnitudeFits(factor: Float) throws {
    for setup in [try setup(a: factor), try setup(y: factor), try setup(a: 1 / factor, y: factor)] {
      #expect(setup.trainer.history.epochs.last?.metrics.first ?? 0 > 0.95)
      // In units of the standard deviation, whatever the target's own.
      #expect(setup.trainer.history.epochs.last?.cost ?? 1 < 0.05)
    }
  }

  /// A file keeps the factors, and evaluating it gives the cost that training had.
  @Test func filesKeepTheFactors() throws {
    let setup = try setup(a: 1e-20, b: 1e20, y: 1e25)
    let file = folder.appending(path: "model.h5").path
    try setup.trainer.save(to: file)
    let model = try Model(contentsOf: file)
    #expect(try model.predict(setup.data.training) == outputs(setup))
    #expect(model.network.scaling?.rescaling?.factors?.count == 3)
    #expect(model.network.unscaling?.rescaling?.factors?.count == 1)
    let resumed = try Trainer(resuming: file)
    try resumed.prepare(on: setup.data.training)
    try setup.trainer.run(epochs: 32)
    try resumed.run(epochs: 32)
    #expect(resumed.history.epochs.last?.cost == setup.trainer.history.epochs.last?.cost)
  }

  /// In the middle nothing is put before the layer that Keras knows.
  @Test func theMiddleNeedsNoFactors() throws {
    let layers = try setup(a: 1e-5, y: 1e5).network.layers
    #expect(layers.filter { $0 is Rescaling }.isEmpty)
    #expect(layers.filter { $0 is Normalization }.count == 2)
  }

  @Test func factorsAreOnePerColumn() throws {
    let error = #expect(throws: DescentError.self) {
      try Network(input: [2]) { Rescaling(factors: [1, 2, 3]) }
    }
    #expect(error?.problem == "rescaling has 3 factors for an input of shape [2]")
    let node = try ConfigNode(
      yaml: "rescaling: { scale: [2, 0.5] }", source: ConfigSource(name: "run.yaml"))
    let layer = try Registries.layers.decode(node) as? Rescaling
    #expect(layer?.factors == [2, 0.5])
    #expect(layer?.configuration == ["rescaling": ["scale": [2.0, 0.5], "offset": 0.0]])
  }
}
