import Descent
import Foundation

/// The config of a new run: a file's, that of the model it begins from, the bundled one, or one made for a table; then
/// `--set` in the order given, then the other flags.
struct TrainingConfig {
  var config: String?
  var from: String?
  var data: String?
  var labels: String?
  var weights: String?
  var target: [String] = []
  var targetKind: TargetKind?
  var settings: [String] = []
  var epochs: Int?
  var shards: Int?
  var seed: Int?
  var ensemble: Int?
  var folds: Int?

  /// - Throws: what reading the file throws; `usage` for flags that are not to be understood.
  func node() throws(DescentError) -> ConfigNode { try start().node }

  /// The same, and the training rows where the config depends on them.
  func start() throws(DescentError) -> (node: ConfigNode, rows: ReadRows?) {
    let node = try changed(base())
    guard mayHaveFewRows else { return (node, nil) }
    let rows = try ReadRows(node)
    return rows.areFew ? (try changed(base(hasFewRows: true)), nil) : (node, rows)
  }

  /// A config with what is set and flagged.
  private func changed(_ base: ConfigNode) throws(DescentError) -> ConfigNode {
    var node = base
    for setting in settings { node = try node.setting(setting) }
    if let data {
      node = try node.setting("data.train", to: source(data), flag: "--data")
    }
    if let weights, labels == nil {
      node = try node.setting("data.sample_weight", to: .string(weights), flag: "--weights")
    }
    if let first = target.first {
      let value: ConfigValue =
        target.count == 1 ? .string(first) : .list(target.map { .string($0) })
      node = try node.setting("data.target", to: value, flag: "--target")
    }
    if let targetKind {
      node = try node.setting(
        "data.target_kind", to: .string(targetKind.rawValue), flag: "--\(targetKind)")
    }
    let numbers = [
      ("epochs", epochs), ("shards", shards), ("seed", seed), ("ensemble", ensemble),
      ("folds", folds),
    ]
    for (key, value) in numbers {
      if let value { node = try node.setting(key, to: .integer(value), flag: "--\(key)") }
    }
    return node
  }

  /// One file, or one for the features, one for the labels and perhaps one for the weights.
  private func source(_ data: String) -> ConfigValue {
    guard let labels else { return .string(data) }
    var files: ConfigMap = ["features": .string(data), "labels": .string(labels)]
    files["weights"] = weights.map { .string($0) }
    return .map(files)
  }

  private func sets(_ key: String) -> Bool { settings.contains { $0.hasPrefix(key) } }

  /// Whether the rows may be so few that none can be set aside, and nobody says how they are divided.
  private var mayHaveFewRows: Bool {
    guard config == nil, from == nil, let data else { return false }
    return folds == nil && !sets("folds") && !sets("data.validation")
      && (Self.isSmall(data) || InputPath.isPipe(data))
  }

  private func base(hasFewRows: Bool = false) throws(DescentError) -> ConfigNode {
    if let config { return try ConfigNode(contentsOf: config) }
    if let from { return try ConfigNode(ofModel: from, rows: data.map(source)) }
    guard let data else { return try ConfigNode(contentsOf: BundledModel.config()) }
    let source = ConfigSource(name: "--data", isFlag: true)
    let wantsFolds: Bool? =
      folds != nil || sets("folds")
      ? true : ensemble != nil || sets("ensemble") || sets("data.validation") ? false : nil
    return ConfigNode(
      Self.defaults(for: data, inFolds: wantsFolds, hasFewRows: hasFewRows),
      at: ConfigPlace(source: source))
  }

  /// A config that suits most tables, two wide hidden layers that drop units, and most images, two convolutions before one;
  /// trained until validation says enough.
  ///
  /// Of a table the gaps are filled, new categories taken, and texts that name each row left out, all of which is said.
  ///
  /// - Parameters:
  ///   - inFolds: whether folds say which rows validate; nil: of tables of which several networks are trained in seconds.
  ///   - hasFewRows: whether there are too few rows for that, so that one network is trained on all of them.
  static func defaults(
    for data: String, inFolds: Bool? = nil, hasFewRows: Bool = false
  ) -> ConfigValue {
    var rows: ConfigMap = [
      "train": .string(data), "validation": 0.1,
      "scale": .string(isOfBytes(data) || isFolder(data) ? "unit" : "standard"),
      "scale_target": "auto",
    ]
    var training: ConfigMap = ["epochs": 50, "early_stopping": ["patience": 10]]
    let isTable = !isOfArrays(data) && !isFolder(data)
    if isTable {
      rows["validation"] = 0.2
      rows["missing"] = "median"
      rows["unseen"] = "other"
      rows["identifiers"] = "drop"
      rows["codes"] = "embed"
      rows["dates"] = "features"
      rows["constants"] = "drop"
      // Chosen by log loss and R² on the development tables of Benchmarks/tables.py: so scaled and regularised, more epochs
      // and width gain on most tables and cost little on the others.
      rows["scale"] = "robust"
      rows["numbers"] = "auto"
      // Of one network alone it made the log loss less on 8 of 11 of those tables.
      training["temperature"] = "auto"
      training["optimizer"] = ["adam": ["weight_decay": 0.05]]
      training["epochs"] = 200
      training["early_stopping"] = ["patience": 20]
      // Averages of five are better on nearly every table, and every row validates once.
      if inFolds ?? isSmall(data) {
        rows["validation"] = nil
        training["folds"] = .integer(RowSplit.fewestRows)
      }
    }
    if hasFewRows {
      rows["validation"] = nil
      training["folds"] = nil
      training["early_stopping"] = nil
    }
    var map: ConfigMap = [
      "data": .map(rows),
      "model": isTable ? dropping : isFolder(data) ? convolutional : dense,
    ]
    map = map.merging(training)
    map["name"] = name(of: data).map { .string($0) }
    return .map(map)
  }

  /// Whether a file is so small that several networks are trained on it in seconds; of what comes through a pipe, nobody knows.
  private static func isSmall(_ path: String) -> Bool {
    let place = URL(fileURLWithPath: path).resolvingSymlinksInPath()
    let known = try? place.resourceValues(forKeys: [.isRegularFileKey, .fileSizeKey])
    return known?.isRegularFile == true && known?.fileSize.map { $0 <= smallBytes } ?? false
  }

  private static let smallBytes = 4 << 20

  private static let dropping: ConfigValue = [
    ["dense": ["units": 128, "activation": "relu"]], ["dropout": 0.2],
    ["dense": ["units": 128, "activation": "relu"]], ["dropout": 0.2], ["dense": [:]],
  ]

  private static let dense: ConfigValue = [
    ["dense": ["units": 64, "activation": "relu"]],
    ["dense": ["units": 64, "activation": "relu"]], ["dense": [:]],
  ]

  /// Two times windows over images and their maxima, which a side of any length can be halved by.
  private static let convolutional: ConfigValue = [
    ["conv2d": ["filters": 16, "kernel_size": 3, "padding": "same", "activation": "relu"]],
    ["max_pooling2d": ["pool_size": 2, "padding": "same"]],
    ["conv2d": ["filters": 32, "kernel_size": 3, "padding": "same", "activation": "relu"]],
    ["max_pooling2d": ["pool_size": 2, "padding": "same"]],
    ["dense": ["units": 64, "activation": "relu"]], ["dense": [:]],
  ]

  /// Whether a path leads to a folder, as of images.
  static func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      && isFolder.boolValue
  }

  /// Whether the file's name promises bytes, as of images.
  private static func isOfBytes(_ path: String) -> Bool {
    let name = Compression.trimming(path.lowercased())
    return name.hasSuffix("-ubyte") || name.hasSuffix(".idx")
  }

  /// Whether the file's name promises arrays, whose columns have no names.
  private static func isOfArrays(_ path: String) -> Bool {
    let name = Compression.trimming(path.lowercased())
    return isOfBytes(path)
      || [".npy", ".npz", ".h5", ".hdf5", ".mat"].contains {
        name.hasSuffix($0) || name.contains($0 + ":")
      }
  }

  /// The data file's name without its extensions, where it can name a folder.
  private static func name(of path: String) -> String? {
    let file = Compression.trimming((path as NSString).lastPathComponent)
    let stem = (file as NSString).deletingPathExtension
    let isName =
      (1...200).contains(stem.utf8.count) && !stem.hasPrefix(".")
      && stem.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "/") }
    return isName ? stem : nil
  }
}
