import Foundation
import Kernels
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentEngine
@testable import DescentReports

@Suite struct PeriodicTests {
  /// To single precision, however many turns it is.
  @Test func wavesAreSineAndCosine() {
    for step in -4000...4000 {
      let turns = Float(step) * 0.00731 + (step % 7 == 0 ? 3000 : 0)
      let angle = 2 * Double.pi * Double(turns)
      let wave = Periodic.wave(turns)
      #expect(abs(Double(wave.sin) - sin(angle)) < 3e-7, "\(turns)")
      #expect(abs(Double(wave.cos) - cos(angle)) < 3e-7, "\(turns)")
    }
    #expect(Periodic.wave(.nan).sin.isNaN)
  }

  /// The formula as it is published, in double precision.
  private static func reference(
    _ row: [Float], _ layer: Periodic, _ parameters: [[Float]]
  ) -> [Double] {
    let written = layer.written(of: row.count)
    var output = layer.kept(of: row.count).map { Double(row[$0]) }
    let (frequencies, units) = (layer.frequencies, layer.units)
    for (number, column) in written.enumerated() {
      var mixed = (0..<units).map { Double(parameters[2][number * units + $0]) }
      for k in 0..<frequencies {
        let angle =
          2 * Double.pi * Double(parameters[0][number * frequencies + k]) * Double(row[column])
        for (wave, place) in [(sin(angle), k), (cos(angle), frequencies + k)] {
          for unit in 0..<units {
            let weight = parameters[1][(number * 2 * frequencies + place) * units + unit]
            mixed[unit] += wave * Double(weight)
          }
        }
      }
      output += mixed.map { max(0, $0) }
    }
    return output
  }

  @Test(arguments: [
    Periodic(frequencies: 5, units: 3, deviation: 1),
    Periodic(columns: [3, 1], frequencies: 17, units: 4, deviation: 0.3),
    Periodic(columns: [0], frequencies: 2, units: 1, deviation: 2, includesInput: true),
  ])
  func computesTheFormula(layer: Periodic) throws {
    let network = try Network(input: [4], layers: [layer])
    let parameters = Parameters(layout: network.layout)
    parameters.initialize(seed: 3, kernels: .best)
    let model = Model(
      network: network, signature: ModelSignature(outputs: .values([])), parameters: parameters)
    let values = network.layout.entries.map { parameters.elements(of: $0) }
    let features = noise(24, seed: 8)
    let rows = (0..<6).map { Array(features[$0 * 4..<$0 * 4 + 4]) }
    for (row, found) in zip(rows, try model.predict(rows)) {
      let expected = Self.reference(row, layer, values)
      #expect(found.count == expected.count)
      for (value, other) in zip(found, expected) { #expect(abs(Double(value) - other) < 3e-6) }
    }
  }

  /// Through the waves to vectors of embedded columns before them, and past them.
  @Test(arguments: [false, true])
  func gradientsMatchCentralDifferences(includesInput: Bool) throws {
    let network = try Network(input: [3]) {
      ColumnEmbedding([.init(position: 0, inputs: 3, units: 2)])
      Periodic(
        columns: [1, 3], frequencies: 3, units: 4, deviation: 0.4, includesInput: includesInput)
      Dense(2)
    }
    let rows = 7
    let trainer = try Trainer(
      network, cost: MeanSquaredError(), optimizer: SGD(), shards: .count(3), threads: 1)
    var features = noise(rows * 3, seed: 4)
    for row in 0..<rows { features[3 * row] = Float(row % 3) }
    let data = Dataset(
      features: .floats(features), shape: [3],
      targets: .values(noise(rows * 2, seed: 5), names: ["a", "b"]))
    try trainer.prepare(on: data)
    let check = try GradientCheck(trainer, on: data)
    #expect(check.failures.isEmpty)
    let own = check.rows.filter { $0.kind == Periodic.kind }
    #expect(own.count >= 3 && own.allSatisfy { $0.verdict == .right })
  }

  @Test func columnsAreThoseOfTheRow() throws {
    #expect(try Network(input: [3], layers: [Periodic(columns: [1], units: 5)]).outputWidth == 7)
    for columns in [[3], [1, 1]] {
      #expect(throws: DescentError.self) {
        try Network(input: [3], layers: [Periodic(columns: columns)])
      }
    }
  }
}
