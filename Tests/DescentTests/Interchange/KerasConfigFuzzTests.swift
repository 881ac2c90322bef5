import Foundation
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentData
@testable import DescentEngine
@testable import DescentFormat

/// Configs that no Keras writes: each is an error or a model, never the end of the process.
@Suite struct KerasConfigFuzzTests {
  /// What each value of a config is replaced by.
  private static let replacements: [ConfigValue] = [
    .null, true, -1, 0, 3, 1_000_000_000_000, .integer(.max), .integer(.min), 1e300, -1e300, 1e-320,
    0.5, "relu", "", [], [[]], [1], [:], ["class_name": "L2", "config": ["l2": -1]],
    ["class_name": "Dense", "config": [:]], ["class_name": "__lambda__", "config": "x"],
  ]

  /// The config with one value replaced, for every value of it.
  private static func variations(_ value: ConfigValue, _ body: (ConfigValue) -> Void) {
    for replacement in replacements where replacement != value { body(replacement) }
    switch value {
    case .list(let values):
      for index in values.indices {
        variations(values[index]) { part in
          var copy = values
          copy[index] = part
          body(.list(copy))
        }
        body(.list(values.enumerated().filter { $0.offset != index }.map(\.element)))
        body(.list(values + [values[index]]))
      }
    case .map(let map):
      for (key, inner) in map.entries {
        variations(inner) { part in
          var copy = map
          copy[key] = part
          body(.map(copy))
        }
        var copy = map
        copy[key] = nil
        body(.map(copy))
      }
    default: break
    }
  }

  @Test(arguments: ["residual.keras", "optimizer-nadam.keras", "huber-schedule.keras"])
  func noConfigEndsTheProcess(file: String) throws {
    let archive = try ZipArchive(FileBytes(contentsOf: KerasFixture(file).path))
    let config = try ConfigValue(json: archive.read("config.json"), source: file)
    let outcomes = Self.outcomes(config, file: file)
    #expect(outcomes.models > 100 && outcomes.errors > 100, "\(outcomes)")
  }

  /// What becomes of all variations of a config.
  private static func outcomes(_ config: ConfigValue, file: String) -> (models: Int, errors: Int) {
    var outcomes = (models: 0, errors: 0)
    variations(config) { variation in
      guard let object = KerasObject(variation) else { return }
      do throws(DescentError) {
        let topology = try KerasTopology(object, file: file)
        let network = try KerasNetwork(topology, file: file, version: nil)
        _ = try KerasTraining(variation["compile_config"] ?? .null, file: file)
        _ = network.trainedEntries()
        outcomes.models += 1
      } catch {
        outcomes.errors += 1
        if !error.description.contains(file) { Issue.record("\(error)") }
      }
    }
    return outcomes
  }

  /// Every class of layers with every key that is read of it.
  private static let layers = [
    #""Dense", "config": {"units": 3, "activation": "tanh", "use_bias": true, "trainable": true, "#
      + #""kernel_initializer": {"class_name": "HeNormal", "config": {"seed": 1}}, "#
      + #""bias_initializer": {"class_name": "Constant", "config": {"value": 0.5}}, "#
      + #""kernel_regularizer": {"class_name": "L1L2", "config": {"l1": 0.1, "l2": 0.2}}, "#
      + #""bias_regularizer": "l2", "activity_regularizer": {"class_name": "L1", "config": {"l1": 0.1}}, "#
      + #""kernel_constraint": {"class_name": "MinMaxNorm", "config": {"min_value": 0.1, "#
      + #""max_value": 1.0, "rate": 0.5, "axis": 0}}, "bias_constraint": null, "lora_rank": null}"#,
    #""Activation", "config": {"activity_regularizer": "l1", "#
      + #""activation": {"class_name": "LeakyReLU", "config": {"negative_slope": 0.2}}}"#,
    #""Activation", "config": {"activation": {"class_name": "ELU", "config": {"alpha": 0.7}}}"#,
    #""ReLU", "config": {"max_value": 6.0, "negative_slope": 0.0, "threshold": 0.0}"#,
    #""LeakyReLU", "config": {"negative_slope": 0.1}"#, #""ELU", "config": {"alpha": 1.0}"#,
    #""Softmax", "config": {"axis": -1}"#,
    #""ActivityRegularization", "config": {"l1": 0.1, "l2": 0.2, "activity_regularizer": "l2"}"#,
    #""Identity", "config": {"activity_regularizer": {"class_name": "L2", "config": {"l2": 0.1}}}"#,
    #""PReLU", "config": {"shared_axes": null, "alpha_initializer": "zeros", "alpha_constraint": null}"#,
    #""Dropout", "config": {"rate": 0.5, "noise_shape": null, "seed": 1}"#,
    #""GaussianDropout", "config": {"rate": 0.5, "seed": 1}"#,
    #""AlphaDropout", "config": {"rate": 0.5, "noise_shape": null}"#,
    #""GaussianNoise", "config": {"stddev": 0.5}"#,
    #""Flatten", "config": {"data_format": "channels_last"}"#,
    #""Reshape", "config": {"target_shape": [2, 2]}"#,
    #""Rescaling", "config": {"scale": 0.5, "offset": 1.0}"#,
    #""Embedding", "config": {"input_dim": 5, "output_dim": 2, "embeddings_initializer": "uniform", "#
      + #""activity_regularizer": "l2", "mask_zero": false}"#,
    #""BatchNormalization", "config": {"axis": -1, "momentum": 0.9, "epsilon": 0.001, "center": true, "#
      + #""scale": true, "trainable": true, "renorm": false}"#,
    #""LayerNormalization", "config": {"axis": -1, "epsilon": 0.001, "center": true, "scale": true, "#
      + #""rms_scaling": false}"#,
    #""Normalization", "config": {"axis": -1, "mean": [[1, 2, 3, 4]], "variance": [1, 2, 3, 4], "#
      + #""invert": false}"#,
  ]

  @Test(arguments: layers)
  func noLayerEndsTheProcess(layer: String) throws {
    let json =
      #"{"class_name": "Sequential", "config": {"name": "m", "layers": ["#
      + #"{"class_name": "InputLayer", "config": {"batch_shape": [null, 4]}}, {"class_name": "#
      + layer
      + #"}, {"class_name": "Flatten", "config": {"name": "f"}}, {"class_name": "Dense", "config": {"name": "e", "units": 2}}]}}"#
    let config = try ConfigValue(json: json, source: "m.keras")
    let object = try #require(KerasObject(config))
    let network = try KerasNetwork(
      KerasTopology(object, file: "m.keras"), file: "m.keras", version: nil)
    #expect(network.network.outputWidth == 2)
    let outcomes = Self.outcomes(config, file: "m.keras")
    #expect(outcomes.models > 10 && outcomes.errors > 10, "\(outcomes)")
  }

  /// Optimizers, losses and metrics with every key that is read of them.
  @Test(arguments: [
    #""optimizer": {"class_name": "Adam", "config": {"learning_rate": 0.01, "beta_1": 0.9, "beta_2": 0.99, "#
      + #""epsilon": 1e-7, "amsgrad": false, "weight_decay": 0.01, "clipnorm": 1.0, "global_clipnorm": null, "#
      + #""clipvalue": null, "use_ema": true, "ema_momentum": 0.99, "ema_overwrite_frequency": 10, "#
      + #""gradient_accumulation_steps": 2, "loss_scale_factor": null}}"#,
    #""optimizer": {"class_name": "SGD", "config": {"learning_rate": {"class_name": "PiecewiseConstantDecay", "#
      + #""config": {"boundaries": [1, 2], "values": [0.1, 0.2, 0.3]}}, "momentum": 0.9, "nesterov": true}}"#,
    #""optimizer": {"class_name": "RMSprop", "config": {"learning_rate": 0.01, "rho": 0.9, "momentum": 0.1, "#
      + #""centered": true, "decay": 0.0}}"#,
    #""optimizer": {"class_name": "Ftrl", "config": {"learning_rate": 0.01, "learning_rate_power": -0.5, "#
      + #""initial_accumulator_value": 0.1, "l1_regularization_strength": 0.1, "#
      + #""l2_regularization_strength": 0.1, "l2_shrinkage_regularization_strength": 0.1, "beta": 0.1}}"#,
    #""loss": {"class_name": "BinaryFocalCrossentropy", "config": {"alpha": 0.3, "gamma": 2.0, "#
      + #""from_logits": true, "label_smoothing": 0.1, "apply_class_balancing": true, "#
      + #""reduction": "sum_over_batch_size"}}"#,
    #""loss": [{"class_name": "Huber", "config": {"delta": 0.5}}], "loss_weights": [1.0]"#,
    #""metrics": [["accuracy", {"class_name": "TopKCategoricalAccuracy", "config": {"k": 3, "name": "t"}}], "#
      + #"{"class_name": "AUC", "config": {"curve": "ROC", "num_thresholds": 200}}, "#
      + #"{"class_name": "Precision", "config": {"thresholds": [0.5], "class_id": 1, "top_k": 2}}, "#
      + #"{"class_name": "MeanMetricWrapper", "config": {"fn": "binary_accuracy"}}]"#,
  ])
  func noTrainingEndsTheProcess(part: String) throws {
    let config = try ConfigValue(json: "{\(part)}", source: "m.keras")
    _ = try KerasTraining(config, file: "m.keras")
    var outcomes = (read: 0, errors: 0)
    Self.variations(config) { variation in
      do throws(DescentError) {
        let training = try KerasTraining(variation, file: "m.keras")
        // What is read can be written into a config and read again.
        if let optimizer = training.optimizer { _ = optimizer.configuration.json() }
        for metric in training.metrics { _ = metric.name + metric.configuration.json() }
        outcomes.read += 1
      } catch {
        outcomes.errors += 1
      }
    }
    #expect(outcomes.read > 20, "\(outcomes)")
  }

  @Test func optionsOfMetricsAreNoted() throws {
    func notes(_ metrics: String) throws -> [String] {
      try KerasTraining(
        ConfigValue(json: "{\"metrics\": [\(metrics)]}", source: "m"), file: "m"
      ).notes
    }
    for plain in [
      #""accuracy""#,
      #"{"class_name": "AUC", "config": {"name": "a", "dtype": "float32", "curve": "ROC", "#
        + #""num_thresholds": 200, "thresholds": null, "multi_label": false, "from_logits": false}}"#,
      #"{"class_name": "BinaryAccuracy", "config": {"threshold": 0.5}}"#,
      #"{"class_name": "TopKCategoricalAccuracy", "config": {"k": 3}}"#,
      #"{"class_name": "Precision", "config": {"thresholds": null, "top_k": null, "class_id": null}}"#,
    ] {
      #expect(try notes(plain) == [], "\(plain)")
    }
    #expect(
      try notes(#"{"class_name": "BinaryAccuracy", "config": {"threshold": 0.7}}"#)
        == ["metrics: of BinaryAccuracy the options threshold (0.7) are left out"])
    #expect(
      try notes(#"{"class_name": "Precision", "config": {"thresholds": [0.3], "class_id": 2}}"#)
        == ["metrics: of Precision the options thresholds ([0.3]) and class_id (2) are left out"])
    #expect(
      try notes(#"{"class_name": "AUC", "config": {"curve": "PR"}}"#)
        == ["metrics: Descent has no AUC"])
  }

  private func topology(_ json: String) throws(DescentError) -> KerasTopology {
    let value = try ConfigValue(json: json, source: "x")
    guard let object = KerasObject(value) else { throw DescentError(.invalidInput, "no object") }
    return try KerasTopology(object, file: "x")
  }

  /// A functional model of layers with the layers each takes in.
  private static func functional(_ layers: [(name: String, kind: String, sources: [String])])
    -> String
  {
    let nodes = layers.map { layer in
      let config =
        layer.kind == "InputLayer"
        ? #""batch_shape": [null, 4]"#
        : layer.kind == "Dense" ? #""units": 4, "use_bias": false"# : ""
      let sources = layer.sources.map { #"["\#($0)", 0, 0, {}]"# }.joined(separator: ",")
      return #"{"class_name": "\#(layer.kind)", "name": "\#(layer.name)", "config": {"name": "#
        + #""\#(layer.name)"\#(config.isEmpty ? "" : ", " + config)}, "inbound_nodes": "#
        + (layer.sources.isEmpty ? "[]}" : "[[\(sources)]]}")
    }
    return
      #"{"class_name": "Functional", "config": {"layers": [\#(nodes.joined(separator: ","))], "#
      + #""input_layers": [["\#(layers[0].name)", 0, 0]], "output_layers": [["\#(layers[layers.count - 1].name)", 0, 0]]}}"#
  }

  @Test func graphsAreTakenApart() throws {
    let chain = try topology(
      Self.functional([
        ("in", "InputLayer", []), ("a", "Dense", ["in"]), ("b", "Dense", ["a"]),
        ("add", "Add", ["a", "b"]), ("p", "Dense", ["add"]), ("c", "Dense", ["add"]),
        ("d", "Dense", ["c"]), ("end", "Add", ["d", "p"]),
      ]))
    #expect(
      "\(chain.steps)".replacing("DescentFormat.KerasTopology.Step.", with: "")
        == "[layer(1), block(DescentEngine.Residual, [layer(2)], projection: nil), "
        + "block(DescentEngine.Residual, [layer(5), layer(6)], projection: Optional(4))]"
    )
  }

  @Test(arguments: [
    // A cycle.
    [("in", "InputLayer", []), ("a", "Dense", ["b"]), ("b", "Dense", ["a"])],
    // A layer adds itself to itself.
    [("in", "InputLayer", []), ("a", "Add", ["in", "in"])],
    // Two ways that cross.
    [
      ("in", "InputLayer", []), ("a", "Dense", ["in"]), ("b", "Dense", ["a"]),
      ("c", "Add", ["a", "b"]), ("d", "Dense", ["b"]), ("e", "Add", ["c", "d"]),
    ],
    // What is added comes from three layers, or from none.
    [("in", "InputLayer", []), ("a", "Dense", ["in"]), ("b", "Add", ["in", "a", "a"])],
    [("in", "InputLayer", []), ("a", "Dense", ["nowhere"])],
    [("in", "InputLayer", [])],
  ])
  func otherGraphsAreRefused(layers: [(String, String, [String])]) {
    #expect(throws: DescentError.self) {
      try topology(Self.functional(layers.map { (name: $0.0, kind: $0.1, sources: $0.2) }))
    }
  }

  @Test func deepTextsAreRefused() {
    let deep = String(repeating: "[", count: 200_000)
    #expect(throws: DescentError.self) { try topology(deep) }
  }
}
