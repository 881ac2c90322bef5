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
    let square = Self.refusal([2, 9, 3], [MaxPooling2D(40), Flatten()])
    #expect(square.contains("a window of 40 × 40 does not fit"), "\(square)")
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

  @Test func marginsAreReadAsInKeras() throws {
    func shape(_ value: ConfigValue, of input: [Int]) throws -> [Int] {
      try Registries.layers.decode(
        ConfigNode(value, at: ConfigPlace(source: ConfigSource(name: "test")))
      ).outputShape(for: input)
    }
    #expect(try shape("zero_padding2d", of: [4, 5, 3]) == [6, 7, 3])
    #expect(try shape(["zero_padding2d": [1, 2]], of: [4, 5, 3]) == [6, 9, 3])
    #expect(try shape(["zero_padding2d": [[0, 1], [2, 3]]], of: [4, 5, 3]) == [5, 10, 3])
    #expect(try shape(["zero_padding1d": [2, 3]], of: [4, 3]) == [9, 3])
    #expect(try shape("cropping2d", of: [4, 5, 3]) == [4, 5, 3])
    #expect(try shape(["cropping2d": [1, [0, 4]]], of: [4, 5, 3]) == [2, 1, 3])
    #expect(try shape("cropping1d", of: [4, 3]) == [2, 3])
    #expect(try shape(["up_sampling2d": [2, 3]], of: [4, 5, 3]) == [8, 15, 3])
    for (value, words) in [
      (["cropping1d": [1, 3]], "nothing is left of maps of the shape [4, 3]"),
      (["zero_padding1d": [1, 2, 3]], "give it one number, or [before, after]"),
      (["cropping1d": 1_099_511_627_776], "no row has more than"),
      (["up_sampling1d": [2, 2]], "size has 2 numbers"),
    ] as [(ConfigValue, String)] {
      let error = #expect(throws: DescentError.self) { try shape(value, of: [4, 3]) }
      #expect(error?.description.contains(words) == true, "\(error as Any)")
    }
    let error = #expect(throws: DescentError.self) {
      try shape(["zero_padding2d": [[1, 2, 3], 1]], of: [4, 5, 3])
    }
    #expect(error?.description.contains("[[top, bottom], [left, right]]") == true)
  }

  @Test(arguments: [Int.min, -1, Int.max])
  func marginsOfAProgramAreChecked(value: Int) {
    let margin = MapMargin(top: value)
    for layer in [ZeroPadding2D(margin), Cropping2D(margin), UpSampling2D(PerAxis([value]))]
      as [any Layer]
    {
      #expect(throws: DescentError.self) {
        try Network(input: [8, 8, 3], layers: [layer, Flatten()])
      }
      _ = try? layer.outputShape(for: [8, 8, 3])
    }
  }

  /// Whole channels are dropped of each map by itself, and the gradient with them; in inference nothing is.
  @Test(arguments: KernelSet.available, [false, true])
  func wholeChannelsAreDropped(kernels: KernelSet, asPositions: Bool) throws {
    let (rows, pixels, channels) = (40, 6, 5)
    let run = try LayerRun(
      SpatialDropout2D(0.25), shape: [2, 3, channels],
      input: Array(repeating: 3, count: rows * pixels * channels),
      gradient: { Array(repeating: -6, count: $0) }, asPositions: asPositions,
      pieces: [0..<7, 7..<rows], kernels: kernels)
    var dropped = 0
    for row in 0..<rows {
      for channel in 0..<channels {
        let places = (0..<pixels).map { (row * pixels + $0) * channels + channel }
        let outputs = Set(places.map { run.output[$0] })
        #expect(outputs == [0] || outputs == [4])
        #expect(Set(places.map { run.inputGradient[$0] }) == (outputs == [0] ? [0] : [-8]))
        if outputs == [0] { dropped += 1 }
      }
    }
    #expect((20...80).contains(dropped))
    let model = try Trainer(
      Network(input: [2, 3, channels]) {
        SpatialDropout2D(0.25)
        GlobalAveragePooling2D()
      }, cost: .meanSquaredError, optimizer: .adam(), kernels: kernels
    ).model
    let values = Array(repeating: Float(3), count: pixels * channels)
    #expect(try model.predict([values]) == [[3, 3, 3, 3, 3]])
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

  /// Layers before the first that is trained, on rows as the data has them, and behind it, in a residual block too.
  @Test(arguments: [BatchSize.rows(1), 16, .all])
  func threadsDoNotMatter(batchSize: BatchSize) throws {
    let network = try Network(input: [9, 7, 3]) {
      Rescaling(scale: 0.5)
      ZeroPadding2D(1)
      MaxPooling2D(3, strides: 2)
      BatchNormalization(momentum: 0.5)
      SpatialDropout2D(0.2)
      Residual {
        ActivationLayer(.tanh)
        AveragePooling2D(3, strides: 1, padding: .same)
      }
      UpSampling2D([1, 2], interpolation: .bilinear)
      BatchNormalization(momentum: 0.5)
      Cropping2D(MapMargin(bottom: 1, left: 1))
      GlobalMaxPooling2D()
      Dense(3, activation: .softmax)
    }
    let rows = try classRows(53, width: 189).with(shape: [9, 7, 3])
    for kernels in KernelSet.available {
      func bits(threads: Int) throws -> RunBits {
        let trainer = try Trainer(
          network, cost: .categoricalCrossEntropy, optimizer: .adam(learningRate: 0.01), seed: 3,
          shards: 3, threads: threads, kernels: kernels)
        try trainer.prepare(on: rows, validation: rows, batchSize: batchSize, horizon: 2)
        try trainer.run(epochs: 2)
        return RunBits(trainer)
      }
      let expected = try bits(threads: 1)
      #expect(expected.stepCosts.allSatisfy { Float(bitPattern: $0).isFinite })
      for threads in [2, 5] { #expect(try bits(threads: threads) == expected, "\(kernels.name)") }
    }
  }
}
