import Testing

@testable import Descent
@testable import DescentCore

@Suite struct ConfigOverridesTests {
  private let text = """
    epochs: 5
    optimizer: adam
    model:
      - dense: { units: 4 }
      - dropout: 0.2
    """

  @Test(
    arguments: [
      ("epochs=20", "epochs", 20), ("epochs=", "epochs", .null),
      ("model.0.dense.units=64", "model.0.dense.units", 64),
      ("model.0.dense.activation=relu", "model.0.dense", ["units": 4, "activation": "relu"]),
      ("model.1=flatten", "model.1", "flatten"),
      ("model=[flatten, { dense: 3 }]", "model", ["flatten", ["dense": 3]]),
      ("optimizer.adam.learning_rate=1e-2", "optimizer", ["adam": ["learning_rate": 0.01]]),
      ("checkpoint.keep=1", "checkpoint", ["keep": 1]),
      ("name=a=b", "name", "a=b"), ("name=\"7\"", "name", "7"),
      ("data.train={ features: x, labels: y }", "data.train", ["features": "x", "labels": "y"]),
    ] as [(String, String, ConfigValue)])
  func assignmentsChangeTheConfig(assignment: String, path: String, expected: ConfigValue) throws {
    let changed = try sampleNode(text).setting(assignment)
    #expect(changed.value[path: path] == expected)
  }

  @Test func whatIsNotNamedStays() throws {
    let node = try sampleNode(text)
    var expected = node.value.mapValue
    expected?["epochs"] = 6
    #expect(try node.setting("epochs=6").value.mapValue == expected)
    #expect(try node.setting("epochs", to: 6, flag: "--epochs").value.mapValue == expected)
  }

  @Test(arguments: [
    (
      "epochs",
      "--set: there is no = in \"epochs\"; write --set key.path=value, such as --set epochs=20"
    ),
    (
      "=5",
      "--set : \"\" is no path of keys; "
        + "write keys and list indices with single points between, such as model.0.dense.units"
    ),
    (
      "a..b=5",
      "--set a..b: \"a..b\" is no path of keys; "
        + "write keys and list indices with single points between, such as model.0.dense.units"
    ),
    (
      "model.2=flatten",
      "--set model.2: model is a list and has no entry \"2\"; its entries are 0 to 1"
    ),
    ("model.x=1", "--set model.x: model is a list and has no entry \"x\"; its entries are 0 to 1"),
    (
      "model.1.dropout.rate=0.5",
      "--set model.1.dropout.rate: model.1.dropout is 0.2, which has no key \"rate\"; "
        + "replace it as a whole: --set model.1.dropout={ rate: … }"
    ),
    (
      "epochs=[1",
      "--set epochs: YAML syntax: did not find expected ',' or ']'; "
        + "correct the text here or just before"
    ),
    (
      "epochs={a: 1, a: 2}",
      "--set epochs: the key \"a\" is given again further down; keep one of them"
    ),
  ])
  func errorsNameTheFlag(assignment: String, expected: String) throws {
    let node = try sampleNode(text)
    #expect(message { try node.setting(assignment) } == expected)
    #expect(throws: DescentError.self) { try node.setting(assignment) }
  }

  @Test func mistakesInValuesPointToTheFlag() throws {
    let node = try sampleNode("data: { train: x.csv }\nmodel: [{ dense: { units: 4 } }]\n")
    #expect(
      message { try RunConfig(node.setting("epochs=0")) }
        == "--set epochs: epochs is 0; it must be a whole number of at least 1")
    #expect(
      message { try RunConfig(node.setting("epochs", to: 0, flag: "--epochs")) }
        == "--epochs: epochs is 0; it must be a whole number of at least 1")
    #expect(
      message { try RunConfig(node.setting("epoch=3")) }
        == "--set epoch: the config has the unknown key \"epoch\"; did you mean epochs?")
    let config = try RunConfig(node.setting("model.0.dense.units=-1"))
    #expect(
      message { try sampleLayers.decode(config.model[0]) }
        == "--set model.0.dense.units: model.0.dense.units is -1; "
        + "it must be a whole number of at least 1"
    )
    do {
      _ = try RunConfig(node.setting("epochs=0"))
      Issue.record("no error")
    } catch {
      #expect(error.kind == .usage)
    }
  }

  @Test func pathsOfStepsAreLimited() throws {
    let path = repeatElement("a", count: 33).joined(separator: ".")
    #expect(
      message { try sampleNode("").setting(path + "=1") }
        == "--set \(path): the path has 33 steps; at most 32 are allowed")
  }
}
