import Foundation
import Kernels
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentData
@testable import DescentEngine
@testable import DescentFormat

/// What is written for other tools. That they read it is checked with the tools themselves, in Tests/Peers.
@Suite struct ExportTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func path(_ name: String) -> String { folder.url.appending(path: name).path }

  /// The wire format's own examples: https://protobuf.dev/programming-guides/encoding/
  @Test func messagesHaveProtobufsBytes() {
    var message = ProtobufMessage()
    message.set(1, to: 150)
    message.set(2, to: "testing")
    var outer = ProtobufMessage()
    outer.set(3, to: message)
    outer.set(4, to: -1)
    outer.set(5, to: Float(1))
    outer.set(16, to: [UInt8](arrayLiteral: 7, 8))
    let bytes = outer.pieces.flatMap { $0 }
    var expected: [UInt8] = [0x1A, 12, 0x08, 0x96, 0x01, 0x12, 0x07]
    expected += Array("testing".utf8)
    expected += [0x20]
    expected += Array(repeating: 0xFF, count: 9)
    expected += [0x01, 0x2D, 0, 0, 0x80, 0x3F, 0x82, 0x01, 2, 7, 8]
    #expect(bytes == expected)
    #expect(outer.count == bytes.count)
  }

  @Test func zipFilesAreReadBack() throws {
    var zip = ZipWriter()
    try zip.add("a/b.txt", Array("contents".utf8))
    try zip.add("empty", [])
    zip.finish()
    let archive = try ZipArchive(FileBytes(name: "x.keras", bytes: zip.pieces.flatMap { $0 }))
    #expect(archive.names == ["a/b.txt", "empty"])
    #expect(try archive.read("a/b.txt") == Array("contents".utf8))
    #expect(try archive.read("empty") == [])
  }

  /// A model with random weights of every activation, or of every layer that takes rows.
  private func model(_ layers: [any Layer], input: [Int] = [4]) throws -> Model {
    let network = try Network(input: input, layers: layers)
    let parameters = Parameters(layout: network.layout)
    parameters.initialize(seed: 1, kernels: .best)
    return Model(
      network: network, signature: ModelSignature(outputs: .values(["y"])), parameters: parameters)
  }

  @Test func everyActivationHasAFormInONNX() throws {
    for type in Registries.activations.types where type.kind != "test_activation" {
      let node = ConfigNode(.string(type.kind), at: ConfigPlace(source: ConfigSource(name: "x")))
      func layer(_ function: some Activation) -> ActivationLayer { ActivationLayer(function) }
      let layer = layer(try Registries.activations.decode(node))
      #expect(try !ONNXExport.file(model([layer])).isEmpty, "\(type.kind)")
    }
  }

  @Test func everyLayerHasAFormInONNXAndInKeras() throws {
    let layers: [any Layer] = [
      Rescaling(scale: 2, offset: 1), Normalization(), Dense(4), BatchNormalization(),
      LayerNormalization(), PReLU(), GaussianNoise(0.1), GaussianDropout(0.1), AlphaDropout(0.1),
      Dropout(0.1), Reshape([2, 2]), Flatten(), ActivationLayer(ReLU()),
      ActivityRegularization(l1: 0.1), Residual { Dense(4) },
      Residual(projection: true) { Dense(3) }, Normalization(invert: true),
    ]
    #expect(try !ONNXExport.file(model([SmoothClip(), Dense(1)])).isEmpty)
    let all = try model(layers)
    let embedding = try model([Embedding(inputs: 5, units: 2), Flatten(), Dense(1)])
    let column = ColumnEmbedding.Column(position: 1, inputs: 9, units: 2)
    #expect(try !ONNXExport.file(model([ColumnEmbedding([column]), Dense(1)])).isEmpty)
    #expect(try !ONNXExport.file(model([PiecewiseLinear(bins: 3), Dense(1)])).isEmpty)
    let kinds = Set((layers + [embedding.network.layers[0]]).map { type(of: $0).kind })
    #expect(kinds.isSuperset(of: ["dense", "embedding", "residual", "normalization"]))
    for model in [all, embedding] {
      #expect(try !ONNXExport.file(model).isEmpty)
      let file = path("model.keras")
      #expect(try model.export(to: file) == ["the optimizer and its state are not in the file"])
      let rows: [[Float]] = [[1, 2, 3, 4], [0, 1, 0, 2]]
      let back = try Model(importing: file)
      #expect(try back.predict(rows) == model.predict(rows))
    }
  }

  /// Vectors of columns come back, alone and in members of an average, where no two of Keras' layers have one name.
  @Test func embeddedColumnsGoToKerasAndBack() throws {
    func layers(_ positions: [Int], _ name: String? = nil) -> [any Layer] {
      let columns = positions.map {
        ColumnEmbedding.Column(position: $0, inputs: 4, units: 2 + $0)
      }
      return [ColumnEmbedding(columns, name: name), Dense(2)]
    }
    let named = layers([1, 2], "vectors") + [Dense(2, name: "vectors_row_0")]
    let members = [layers([1, 2]), layers([0, 1, 2, 3]), layers([1])]
    for layers in [layers([1, 2]), layers([0]), named, [Ensemble(members: members)]] {
      let model = try model(layers)
      let file = path("vectors.keras")
      _ = try model.export(to: file)
      let rows: [[Float]] = [[1, 2, 3, 0], [0, 1, 0, 2]]
      let back = try Model(importing: file)
      #expect(try back.predict(rows) == model.predict(rows))
      #expect(back.network.layers.contains { $0 is ColumnEmbedding })
    }
  }

  /// Exported and imported again, a run goes on to the same bits.
  @Test(arguments: ["adam", "nadam", "rmsprop", "ftrl", "momentum"])
  func aRunSurvivesTheWayThroughKeras(optimizer: String) throws {
    let data = Dataset(
      features: .floats(noise(80, seed: 1)), shape: [4],
      targets: .classes((0..<20).map { Int32($0 % 3) }, names: ["0", "1", "2"]))
    let network = try Network(input: [4]) {
      Dense(5, activation: .tanh)
      Residual(projection: true) { Dense(6, activation: .relu) }
      Dense(3, activation: .softmax)
    }
    let node = ConfigNode(.string(optimizer), at: ConfigPlace(source: ConfigSource(name: "x")))
    func trainer(_ optimizer: some Optimizer) throws -> Trainer {
      try Trainer(network, cost: .categoricalCrossEntropy, optimizer: optimizer, threads: 1)
    }
    let first = try trainer(Registries.optimizers.decode(node))
    try first.prepare(on: data, batchSize: .all, horizon: 4)
    for _ in 0..<2 { _ = try first.advance() }
    let file = path("run.keras")
    #expect(try first.export(to: file) == [])
    let imported = try ModelImport(contentsOf: file)
    #expect(imported.notes == [] && imported.steps == 2)
    let second = Trainer(imported, threads: 1)
    try second.prepare(on: data, batchSize: .all, horizon: 4)
    _ = try first.advance()
    _ = try second.advance()
    #expect(RunBits(first).parameters == RunBits(second).parameters)
    #expect(RunBits(first).slots == RunBits(second).slots)
  }

  @Test func safetensorsLieOneAfterTheOther() throws {
    let model = try model([Dense(3), Dense(2)])
    let file = path("model.safetensors")
    try model.export(to: file)
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: file)))
    let length = bytes[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
    #expect(length % 8 == 0)
    let header = try ConfigValue(json: bytes[8..<8 + length], source: file)
    #expect(header[path: "dense.kernel"] == nil)
    var end = 0
    for (name, shape) in [
      ("dense.kernel", [4, 3]), ("dense.bias", [3]), ("dense_1.kernel", [3, 2]),
      ("dense_1.bias", [2]),
    ] {
      let entry = header.mapValue?[name]
      #expect(entry?["shape"] == .list(shape.map { .integer($0) }))
      let size = shape.reduce(4, *)
      #expect(entry?["data_offsets"] == [.integer(end), .integer(end + size)])
      end += size
    }
    #expect(bytes.count == 8 + length + end)
    let kernel = bytes[(8 + length)..<(8 + length + 48)]
    #expect(
      Array(kernel)
        == model.parameters.elements(of: model.network.layout.entries[0]).littleEndianBytes)
  }

  @Test func otherEndingsAreRefused() throws {
    let model = try model([Dense(3)])
    let error = #expect(throws: DescentError.self) { try model.export(to: path("model.pt")) }
    #expect(error?.kind == .usage)
    #expect(!FileManager.default.fileExists(atPath: path("model.pt")))
  }
}
