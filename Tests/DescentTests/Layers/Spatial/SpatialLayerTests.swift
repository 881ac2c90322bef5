import Foundation
import Kernels
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentEngine

/// What layers over feature maps refuse, and what they say.
@Suite struct SpatialLayerTests {
  private static func refusal(
    _ input: [Int], _ layers: [any Layer]
  ) -> String {
    let error = #expect(throws: DescentError.self) { try Network(input: input, layers: layers) }
    return error?.description ?? ""
  }

  @Test func mapsAreAskedFor() {
    let flat = Self.refusal([8, 8, 3], [Flatten(), MaxPooling2D(), Dense(2)])
    #expect(flat.contains("model.1.max_pooling2d"), "\(flat)")
    #expect(flat.contains("height × width × channels, not an input of shape [192]"))
    #expect(flat.contains("before what makes rows of the maps"))
    let line = Self.refusal([8, 3], [GlobalAveragePooling2D(), Dense(2)])
    #expect(line.contains("takes feature maps of height × width × channels"), "\(line)")
    let area = Self.refusal([8, 8, 3], [AveragePooling1D(), Dense(2)])
    #expect(area.contains("takes feature maps of positions × channels"), "\(area)")
  }

  @Test func windowsHaveToFit() throws {
    let error = Self.refusal([2, 9, 3], [MaxPooling2D([3, 4]), Flatten()])
    #expect(error.contains("a window of 3 × 4 does not fit into maps of 2 × 9"), "\(error)")
    #expect(error.contains("padding: same"))
    _ = try Network(input: [2, 9, 3], layers: [MaxPooling2D([3, 4], padding: .same), Flatten()])
  }

  @Test(arguments: [[], [0], [-1], [2, 2, 2], [1 << 31]])
  func valuesOfAProgramAreChecked(values: [Int]) {
    for layer in [
      MaxPooling2D(PerAxis(values)), AveragePooling2D(2, strides: PerAxis(values)),
    ] as [any Layer] {
      #expect(throws: DescentError.self) {
        try Network(input: [8, 8, 3], layers: [layer, Flatten()])
      }
      #expect(throws: DescentError.self) { try layer.outputShape(for: [8, 8, 3]) }
    }
    #expect(throws: DescentError.self) { try MaxPooling1D([2, 2]).outputShape(for: [8, 3]) }
  }

  @Test func configsAreShortAndChecked() throws {
    func decode(_ value: ConfigValue) throws -> any Layer {
      try Registries.layers.decode(
        ConfigNode(value, at: ConfigPlace(source: ConfigSource(name: "test"))))
    }
    let short = try decode(["max_pooling2d": 3])
    #expect(try short.outputShape(for: [9, 7, 2]) == [3, 2, 2])
    let bare = try decode("max_pooling2d")
    #expect(try bare.outputShape(for: [9, 7, 2]) == [4, 3, 2])
    let long = try decode(
      ["average_pooling2d": ["pool_size": [3, 2], "strides": 1, "padding": "same"]])
    #expect(try long.outputShape(for: [9, 7, 2]) == [9, 7, 2])
    let error = #expect(throws: DescentError.self) {
      try decode(["max_pooling2d": ["pool_size": [2, 2, 2]]])
    }
    #expect(error?.description.contains("pool_size has 3 numbers") == true, "\(error as Any)")
    #expect(error?.description.contains("one for each of the 2 axes") == true)
  }

  /// NaN is larger than any number, and what is not chosen stays as it is.
  @Test(arguments: KernelSet.available)
  func notANumberWins(kernels: KernelSet) throws {
    let run = try LayerRun(
      MaxPooling1D(), shape: [6, 1], input: [1, .nan, .nan, 2, 3, .infinity],
      gradient: { _ in [5, 6, 7] }, asPositions: true, pieces: [0..<1], kernels: kernels)
    #expect(run.output[0].isNaN && run.output[1].isNaN && run.output[2] == .infinity)
    #expect(run.inputGradient == [0, 5, 6, 0, 0, 7])
  }

  /// A network of such layers: a row's prediction does not depend on the rows beside it.
  @Test(arguments: KernelSet.available)
  func predictionsDependOnTheirRowAlone(kernels: KernelSet) throws {
    let network = try Network(input: [9, 7, 3]) {
      MaxPooling2D(2, padding: .same)
      AveragePooling2D(3, strides: 1)
      GlobalMaxPooling2D(keepDimensions: true)
      Dense(3, activation: .softmax)
    }
    let trainer = try Trainer(
      network, cost: .categoricalCrossEntropy, optimizer: .adam(), seed: 2, kernels: kernels)
    let rows = try classRows(150, width: 189).with(shape: [9, 7, 3])
    let together = try trainer.model.predict(rows, threads: 1)
    for threads in [2, 3] { #expect(try trainer.model.predict(rows, threads: threads) == together) }
    for row in [0, 64, 149] {
      #expect(
        try trainer.model.predict(rows.rows([row])) == Array(together[row * 3..<row * 3 + 3]))
    }
  }
}
