import Foundation
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentData

@Suite struct RunConfigTests {
  private let least = "data: { train: x.csv }\nmodel: [flatten]\n"

  @Test func everythingGivenIsRead() throws {
    let config = try RunConfig(
      sampleNode(
        """
        name: mnist
        data:
          train: { features: /data/a.gz, labels: ./b.gz }
          validation: 0.1
          test: { features: c, labels: ../d }
          scale: unit
        model: [flatten, { dense: 10 }]
        cost: categorical_crossentropy
        optimizer: { adam: { learning_rate: 0.1 } }
        schedule: { cosine: { warmup_epochs: 1 } }
        batch_size: all
        epochs: 20
        seed: 7
        shards: 4
        groups: 2
        metrics: [accuracy]
        early_stopping: { patience: 3 }
        checkpoint: { every_seconds: 60 }
        """))
    #expect(config.name == "mnist")
    #expect(config.data.train == .pair(features: "/data/a.gz", labels: "/runs/b.gz"))
    #expect(config.data.validation == .fraction(0.1))
    #expect(config.data.test == .pair(features: "/runs/c", labels: "/runs/../d"))
    #expect(config.data.scale == .unit)
    #expect(config.model.map(\.value) == ["flatten", ["dense": 10]])
    #expect(config.cost?.value == "categorical_crossentropy")
    #expect(config.optimizer.value == ["adam": ["learning_rate": 0.1]])
    #expect(config.schedule.path == "schedule")
    #expect(config.batchSize == nil)
    #expect(config.epochs == 20)
    #expect(config.seed == 7)
    #expect(config.shards == 4)
    #expect(config.groups == 2)
    #expect(config.metrics?.map(\.value) == ["accuracy"])
    #expect(
      config.earlyStopping
        == .init(monitor: "validation_cost", patience: 3, minDelta: 0, startFromEpoch: 0))
    #expect(config.checkpoint == .init(everyEpochs: 1, everySeconds: 60, keep: 3))
  }

  @Test func defaultsFillWhatIsMissing() throws {
    let config = try RunConfig(sampleNode(least))
    #expect(config.name == "run")
    #expect(
      config.data
        == .init(
          train: .file("/runs/x.csv"), validation: nil, test: nil, target: [], scale: .none,
          delimiter: nil, header: nil))
    #expect(config.cost == nil)
    #expect(config.optimizer.value == "adam")
    #expect(config.schedule.value == "constant")
    #expect(config.batchSize == 32)
    #expect(config.epochs == 10)
    #expect(config.seed == 0)
    #expect(config.shards == nil)
    #expect(config.groups == 1)
    #expect(config.metrics == nil)
    #expect(config.earlyStopping == nil)
    #expect(config.checkpoint == .init(everyEpochs: 1, everySeconds: 600, keep: 3))
    #expect(
      config.resolved == [
        "name": "run",
        "data": [
          "train": "/runs/x.csv", "scale": "none", "numbers": "plain", "skip_lines": 0,
          "header": "auto",
          "missing": "error", "identifiers": "keep", "constants": "keep", "codes": "keep",
          "dates": "text",
          "unseen": "error",
          "scale_target": "none",
        ],
        "model": ["flatten"], "optimizer": "adam", "schedule": "constant", "batch_size": 32,
        "epochs": 10, "seed": 0, "shards": "auto", "groups": 1, "precision": "float32",
        "checkpoint": ["every_epochs": 1, "every_seconds": 600.0, "keep": 3, "best": 1],
        "tensorboard": false,
      ])
  }

  @Test func theResolvedConfigReadsBackToItself() throws {
    let extra =
      "early_stopping: {}\ntensorboard: true\nbatch_size: 2e1\nmetrics: [accuracy, { top_k: 5 }]\n"
    let first = try RunConfig(sampleNode(least + extra)).resolved
    let text = ConfigValue.map(first).yaml()
    let source = ConfigSource(name: "config.yaml", folder: "/elsewhere")
    #expect(try RunConfig(ConfigNode(yaml: text, source: source)).resolved == first)
    let place = ConfigPlace(source: ConfigSource(name: "last.h5"))
    #expect(try RunConfig(ConfigNode(.map(first), at: place)).resolved == first)
  }

  @Test func tablesHaveTheirOwnKeys() throws {
    let config = try RunConfig(
      sampleNode(
        """
        data: { train: x.csv, validation: y.csv, target: [price, "2"],
                delimiter: "\\t", header: false }
        model: [flatten]
        """))
    #expect(config.data.validation == .source(.file("/runs/y.csv")))
    #expect(config.data.target == ["price", "2"])
    #expect(config.data.delimiter == "\t")
    #expect(config.data.header == false)
  }

  @Test func flagsCountPathsFromTheCurrentFolder() throws {
    let node = try sampleNode("model: [flatten]").setting("data.train", to: "x", flag: "--data")
    let here = FileManager.default.currentDirectoryPath
    #expect(try RunConfig(node).data.train == .file(here + "/x"))
    #expect(try RunConfig(node.setting("data.train=y")).data.train == .file(here + "/y"))
  }

  @Test(arguments: [("a/run.x.yaml", "run.x"), (".yaml", "run")])
  func theNameComesFromTheFile(file: String, expected: String) throws {
    let node = try ConfigNode(yaml: least, source: ConfigSource(name: file))
    #expect(try RunConfig(node).name == expected)
    let flags = ConfigNode(
      node.value, at: ConfigPlace(source: ConfigSource(name: "flags", isFlag: true)))
    #expect(try RunConfig(flags).name == "run")
  }

  @Test(arguments: [
    (
      "",
      "run.yaml:1:1: the config lacks the key data; give it a map with the keys train, validation, "
        + "split_seed, test, target, target_kind, scale, numbers, image, delimiter, decimal, thousands, comment, skip_lines, header, "
        + "sample_weight, columns, features, missing, missing_values, identifiers, "
        + "constants, embed_above, codes, dates, unseen and scale_target"
    ),
    (
      "5",
      "run.yaml:1:1: the config is 5; it must be a map with the keys name, data, model, "
        + "augmentation, cost, optimizer, schedule, batch_size, epochs, seed, shards, groups, precision, "
        + "metrics, early_stopping, ensemble, folds, threshold, temperature, tune, checkpoint, class_weights and tensorboard"
    ),
    (
      "data: {}",
      "run.yaml:1:7: data lacks the key train; "
        + "give it a file's path or a map with the keys features, labels and weights"
    ),
    (
      "data: { train: { features: x } }",
      "run.yaml:1:16: data.train lacks the key labels; give it a file's path"
    ),
    (
      "data: { train: { features: x, label: y } }",
      "run.yaml:1:31: data.train has the unknown key \"label\"; did you mean labels?"
    ),
    (
      "data: { train: 5 }",
      "run.yaml:1:16: data.train is 5; it must be a file's path or a map with the "
        + "keys features, labels and weights (in quotes: \"5\")"
    ),
    (
      "data: { train: \"\" }",
      "run.yaml:1:16: data.train is \"\"; it must be a file's path or a map with the "
        + "keys features, labels and weights"
    ),
    (
      "data: { train: x }", "run.yaml:1:1: the config lacks the key model; give it a list of layers"
    ),
    (
      "data: { train: x }\nmodel: []",
      "run.yaml:2:8: model is an empty list; it must be a list of layers"
    ),
    (
      "data: { train: x }\nmodel: [5]",
      "run.yaml:2:9: model.0 is 5; it must be a layer (its name, or its name with options)"
    ),
    (
      "data: { train: x, validation: 1 }",
      "run.yaml:1:31: data.validation is 1; it must be a number above 0 "
        + "and below 1, a file's path or a map with the keys features, labels, weights, fraction, by, "
        + "fold, of and last (in quotes: \"1\")"
    ),
    (
      "data: { train: x, target: 4 }",
      "run.yaml:1:27: data.target is 4; it must be text or a list of at "
        + "least 1, each entry text (in quotes: \"4\")"
    ),
    (
      "data: { train: x, target: [4] }",
      "run.yaml:1:28: data.target.0 is 4; it must be text (in quotes: \"4\")"
    ),
    (
      "data: { train: x, scale: unite }",
      "run.yaml:1:26: data.scale is \"unite\"; it must be unit, standard, robust or none"
    ),
  ])
  func errorsNamePlaceAndRemedy(yaml: String, expected: String) {
    #expect(message { try RunConfig(sampleNode(yaml)) } == expected)
  }

  @Test(arguments: [
    (
      "data: { train: x, delimiter: ab }",
      "run.yaml:1:30: data.delimiter is \"ab\"; "
        + #"it must be one ASCII character, such as ";" or "\t", and no quote, or whitespace for runs of blanks"#
    ),
    (
      "data: { train: x, delimiter: é }",
      "run.yaml:1:30: data.delimiter is \"é\"; "
        + #"it must be one ASCII character, such as ";" or "\t", and no quote, or whitespace for runs of blanks"#
    ),
    (
      "name: a/b",
      "run.yaml:1:7: name is \"a/b\"; "
        + "it must be 1 to 200 bytes that can name a folder: no / and no leading point"
    ),
    (
      "name: ..",
      "run.yaml:1:7: name is \"..\"; "
        + "it must be 1 to 200 bytes that can name a folder: no / and no leading point"
    ),
    ("name: 2024", "run.yaml:1:7: name is 2024; it must be text (in quotes: \"2024\")"),
    (
      "batch_size: 0",
      "run.yaml:1:13: batch_size is 0; it must be all or a whole number of at least 1"
    ),
    (
      "shards: some",
      "run.yaml:1:9: shards is \"some\"; it must be auto or a whole number of at least 1"
    ),
    ("groups: 0", "run.yaml:1:9: groups is 0; it must be a whole number from 1 to 256"),
    (
      "shards: 2\ngroups: 4",
      "run.yaml:2:9: groups is 4, and a batch has 2 shards; "
        + "a group is a run of shards: set shards: auto, or to 4 at least"
    ),
    ("epochs: 1e30", "run.yaml:1:9: epochs is 1e+30; it must be a whole number of at least 1"),
    (
      "early_stopping: { patience: -1 }",
      "run.yaml:1:29: early_stopping.patience is -1; "
        + "it must be a whole number of at least 0"
    ),
    (
      "checkpoint: { every: 1 }",
      "run.yaml:1:15: checkpoint has the unknown key \"every\"; "
        + "the known keys are every_epochs, every_seconds, keep, monitor and best"
    ),
    (
      "optimiser: adam",
      "run.yaml:1:1: the config has the unknown key \"optimiser\"; did you mean optimizer?"
    ),
    ("metrics: accuracy", "run.yaml:1:10: metrics is \"accuracy\"; it must be a list of metrics"),
    (
      "cost: [a]",
      "run.yaml:1:7: cost is a list; it must be a cost (its name, or its name with options)"
    ),
  ])
  func errorsInOneKeyAreFound(yaml: String, expected: String) {
    let rest = yaml.hasPrefix("data") ? "model: [flatten]\n" : least
    #expect(message { try RunConfig(sampleNode(yaml + "\n" + rest)) } == expected)
  }
}
