import Foundation
import Kernels
import Testing

@testable import Descent
@testable import DescentEngine

/// What `scale_target: auto` comes to.
@Suite final class TargetScaleTests {
  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "descent-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let rows = (1...12).map { "\($0),\($0 * 1000 + $0 % 3),\($0 % 2 == 0 ? "even" : "odd")" }
    try Data((["x,price,kind"] + rows).joined(separator: "\n").utf8)
      .write(to: folder.appending(path: "table.csv"))
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  @Test(arguments: [
    ("price", "model: [dense]", "standard"),
    ("price", "model: [dense]\ncost: huber", "standard"),
    // What may not be negative, and what the last layer bounds, stay in their own unit.
    ("price", "model: [dense]\ncost: poisson", "none"),
    ("price", "model: [{ dense: { units: 1, activation: relu } }]", "none"),
    ("kind", "model: [dense]", "none"),
  ])
  func followsTargetCostAndLastLayer(target: String, rest: String, scale: String) throws {
    let text = "data: { train: table.csv, target: \(target), scale_target: auto }\n\(rest)"
    let file = folder.appending(path: "run.yaml")
    try Data(text.utf8).write(to: file)
    let node = try ConfigNode(contentsOf: file.path)
    let setup = try RunSetup(config: node, threads: 1, kernels: .best)
    #expect(setup.config.resolved["data"]?["scale_target"] == .string(scale))
    #expect((setup.network.unscaling != nil) == (scale == "standard"))
  }
}
