import Foundation
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentData
@testable import DescentEngine
@testable import DescentFormat

/// Lists of names in Keras' `.h5` files that are wrong or made to do harm (`Tests/Fixtures/keras/names`).
@Suite struct KerasNamesTests {
  static let folder = repositoryRoot.appending(path: "Tests/Fixtures/keras/names")

  /// What is said of each.
  static let expectations: [String: String] = {
    var all = [
      "layer-is-a-dataset": "/model_weights/dense_8/dense_8/kernel:0: it is not a group",
      "layer-absent": "/model_weights@layer_names: there is no such attribute",
      "layer-one-less": "layer 2 (dense_9) has 2 variables, and the file 0 of it",
      "layer-in-reverse": "layer 1 (dense_8)'s kernel has the shape [5, 3] in the file",
      "weight-is-a-group": "/model_weights/dense_8/dense_8: it is not a dataset",
      "weight-absent": "layer 2 (dense_9) has 2 variables, and the file 0 of it",
      "weight-one-less": "layer 1 (dense_8) has 2 variables, and the file 1 of it",
      "weight-in-reverse": "layer 1 (dense_8)'s kernel has the shape [5] in the file",
      "optimizer-in-reverse":
        "/optimizer_weights/Adam/dense_9/bias/v:0: its shape is [3] where a single number is wanted",
      "too-many-layers": "its config lists 20003 layers; up to 10000 are read",
    ]
    for (kind, group, list, first) in [
      ("layer", "/model_weights", "layer_names", "dense_8"),
      ("weight", "/model_weights/dense_8", "weight_names", "dense_8/kernel:0"),
      ("optimizer", "/optimizer_weights", "weight_names", "Adam/iter:0"),
    ] {
      let parent = group.dropFirst().split(separator: "/").last ?? ""
      for (name, place) in [
        ("absolute", "\(group)/\(first)"), ("above", "\(group)/../\(parent)/\(first)"),
        ("dot", "\(group)/."), ("empty", "\(group)/"), ("doubled-slash", "\(group)/\(first)//x"),
      ] {
        all["\(kind)-\(name)"] =
          "\(place): a path must be relative, of names joined by single slashes"
      }
      all["\(kind)-long"] =
        "\(group)/\(String(repeating: "n", count: 60))…: a path must not be longer than 4096 bytes"
      all["\(kind)-missing"] = "\(group)/other: there is no 'other'"
      all["\(kind)-many"] = "\(group)/n0: there is no 'n0'"
      all["\(kind)-not-utf8"] = "\(group)@\(list): string 0 in it is not valid UTF-8"
      all["\(kind)-numbers"] = "\(group)@\(list): it does not hold strings"
      all["\(kind)-twice"] = "\(group)@\(list): it lists \"\(first)\" twice"
    }
    return all
  }()

  /// Lists of the optimizer's state that are not whole: the model is imported without it.
  static let withoutState = ["optimizer-absent", "optimizer-one-less"]

  private func imported(_ name: String) throws -> ModelImport {
    let folder = try TemporaryFolder()
    let path = folder.url.appending(path: "\(name).h5").path
    let bytes = try FileBytes(contentsOf: Self.folder.appending(path: "\(name).h5.gz").path).bytes
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    return try ModelImport(contentsOf: path)
  }

  @Test func everyFileHasAnExpectation() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
    let names = files.filter { $0.hasSuffix(".h5.gz") }.map { String($0.dropLast(6)) }
    #expect(Set(names) == Set(Self.expectations.keys).union(Self.withoutState))
  }

  @Test(arguments: expectations.keys.sorted())
  func namesAreRefused(name: String) throws {
    let error = #expect(throws: DescentError.self) { try imported(name) }
    let expected = try #require(Self.expectations[name])
    #expect(error?.problem.hasPrefix(expected) == true, "\(error as Any)")
    #expect(error?.kind == .invalidInput && (error?.problem.count ?? 0) < 300)
  }

  @Test(arguments: withoutState)
  func aModelWithoutItsOptimizerIsImported(name: String) throws {
    #expect(try imported(name).steps == nil)
  }

  /// A network of any origin has so many layers at most.
  @Test func networksHaveALimit() throws {
    let most = NetworkAssembly.mostLayers
    let layers: [any Layer] = (0..<most).map { _ in ActivationLayer(.relu) }
    #expect(try Network(input: [3], layers: layers).layers.count == most)
    let error = #expect(throws: DescentError.self) {
      try Network(input: [3], layers: layers + [ActivationLayer(.relu)])
    }
    #expect(error?.problem == "the network has more than 10000 layers")
  }
}
