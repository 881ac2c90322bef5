import Foundation
import HDF5
import Kernels

/// Predicts for a file of raw rows: what `descent predict` does.
public enum Prediction {
  /// - Parameters:
  ///   - inputs: a file of rows or a folder of images, or `-` for CSV on standard input; or several image files.
  ///   - output: a `.csv`, `.npy` or `.h5` file; nil to hand CSV text to `write`.
  ///   - probabilities: whether the probabilities are wanted too, and not the class alone.
  ///   - warn: is called with what a user should know of how the rows were read.
  /// - Throws: what is wrong with the model, the rows or the output; `usage` where probabilities are wanted of outputs
  ///   that are none and make none.
  public static func run(
    model path: String, inputs: [String], output: String?, probabilities: Bool, threads: Int?,
    kernels: KernelSet = .best, warn: (String) -> Void = { _ in }, write: (String) -> Void
  ) throws(DescentError) {
    let format = try Format(output)
    let reader = try CheckpointReader(path)
    let model = try reader.model(kernels: kernels)
    let config = try reader.config().map { node throws(DescentError) in try RunConfig(node) }
    let cost = try reader.training().cost
    let scale = cost.scale(of: model.network.output)
    let areClasses = if case .classes = model.signature.outputs { true } else { false }
    if probabilities, scale == .scores || areClasses && !scale.givesProbabilities {
      throw DescentError(
        .usage,
        "the outputs of \(path) are \(scale.name) and no probabilities: its cost is "
          + type(of: cost).kind, at: "--probabilities",
        advice: "leave it out, or train with a cost of probabilities")
    }
    let dataset = try rows(inputs, model: model, config: config?.data)
    for warning in dataset.readingRemarks { warn(warning) }
    let predictions = Predictions(
      outputs: try model.predict(dataset, threads: threads), width: model.network.outputWidth,
      signature: model.signature, scale: scale, areExclusive: cost.fit.targets == .oneOfSeveral,
      rowNames: dataset.rowNames)
    switch format {
    case .csv:
      let text = predictions.csv(probabilities: probabilities)
      if let output { try AtomicFile.write(text, to: output) } else { write(text) }
    case .npy(let file):
      if let classes = predictions.classes, !probabilities {
        try NPYWriter.write(classes.map { Int64($0) }, shape: [classes.count], to: file)
      } else {
        try NPYWriter.write(
          probabilities ? predictions.probabilities : predictions.outputs,
          shape: [predictions.count, predictions.width], to: file)
      }
    case .hdf5(let file): try predictions.write(to: file, probabilities: probabilities)
    }
  }

  private enum Format {
    case csv
    case npy(String)
    case hdf5(String)

    init(_ output: String?) throws(DescentError) {
      switch (output as NSString?)?.pathExtension.lowercased() {
      case nil, "csv": self = .csv
      case "npy": self = .npy(output ?? "")
      case "h5", "hdf5": self = .hdf5(output ?? "")
      case let other?:
        throw DescentError(
          .usage, "predictions cannot be written as .\(other)", at: output,
          advice: "use .csv, .npy or .h5")
      }
    }
  }

  private static func rows(_ inputs: [String], model: Model, config: DataConfig?)
    throws(DescentError) -> Dataset
  {
    guard let input = inputs.first else {
      throw DescentError(.usage, "no rows are named", advice: "name a file or a folder of images")
    }
    if let images = try images(inputs) {
      return try Dataset.load(images, for: model.signature, shape: model.network.inputShape)
    }
    // Columns are found by name, in any order; others, such as the target and the weights, are ignored.
    var options = CSVReader.Options(config, target: [], matching: model.signature)
    (options.weight, options.classNames, options.targetKind) = (nil, nil, nil)
    let encoding = model.signature.encoding
    guard input == "-" else {
      return try Dataset.load(path: input, options: options, encoding: encoding)
    }
    return try Dataset.load(
      features: FileBytes.standardInput(), options: options, encoding: encoding)
  }

  /// The images that inputs lead to; nil for one input that is something else.
  private static func images(_ inputs: [String]) throws(DescentError) -> ImagePaths? {
    if inputs.count == 1 { return inputs[0] == "-" ? nil : try Dataset.images(at: inputs[0]) }
    for input in inputs {
      try InputPath.check(input)
      guard try Dataset.isImage(input) else {
        throw DescentError(
          .usage, "is no image, and several inputs can be image files alone", at: input,
          advice: "give one input, or image files")
      }
    }
    return ImagePaths(files: inputs)
  }
}

/// A network's outputs for a table of rows, and what they mean.
struct Predictions {
  /// Row-major.
  var outputs: [Float]
  var width: Int
  var signature: ModelSignature
  /// What the outputs are to the model's cost.
  var scale: OutputScale
  /// Whether they are those of classes of which one is right.
  var areExclusive: Bool
  /// What the rows are called, as image files by their paths; empty where they have no names.
  var rowNames: [String] = []

  var count: Int { outputs.count / width }

  /// The probabilities that the outputs mean.
  var probabilities: [Float] {
    scale.probabilities(of: outputs, width: width, areExclusive: areExclusive)
  }

  /// The class of each row; nil where outputs are values.
  var classes: [Int]? {
    guard case .classes = signature.outputs else { return nil }
    return (0..<count).map { row in
      if width == 1 { return outputs[row] > scale.threshold ? 1 : 0 }
      let values = outputs[(row * width)..<((row + 1) * width)]
      return values.indices.reduce(values.startIndex) { values[$1] > values[$0] ? $1 : $0 }
        - values.startIndex
    }
  }

  /// One line a row: its name where rows have names, then the class's name, or the values; with `probabilities` those of
  /// every class or label.
  func csv(probabilities: Bool) -> String {
    var text = ""
    let numbers = probabilities ? self.probabilities : outputs
    func line(_ row: Int) -> String {
      numbers[(row * width)..<((row + 1) * width)].map { String($0) }.joined(separator: ",")
    }
    func name(_ row: Int) -> String { rowNames.isEmpty ? "" : Self.quoted(rowNames[row]) + "," }
    if !rowNames.isEmpty { text = "file," }
    switch signature.outputs {
    case .values(let names):
      let isNamed = probabilities && scale.givesProbabilities
      let columns = isNamed ? names.map { "probability_" + $0 } : names
      text += columns.map(Self.quoted).joined(separator: ",") + "\n"
      for row in 0..<count { text += name(row) + line(row) + "\n" }
    case .classes(let names):
      text += "prediction"
      if probabilities {
        let columns = width == 1 ? [names.last ?? "1"] : Array(names.prefix(width))
        text += columns.map { "," + Self.quoted("probability_" + $0) }.joined()
      }
      text += "\n"
      for (row, index) in (classes ?? []).enumerated() {
        text += name(row) + Self.quoted(index < names.count ? names[index] : String(index))
        if probabilities { text += "," + line(row) }
        text += "\n"
      }
    }
    return text
  }

  static func quoted(_ text: String) -> String {
    // By bytes: CR LF is one character, and neither of the two.
    guard text.utf8.contains(where: ",\"\n\r".utf8.contains) else { return text }
    let bytes = text.utf8.flatMap { $0 == UInt8(ascii: "\"") ? [$0, $0] : [$0] }
    return "\"" + String(decoding: bytes, as: UTF8.self) + "\""
  }

  /// Datasets `prediction` (class numbers or values) and `probabilities`, and the names as attributes.
  func write(to path: String, probabilities: Bool) throws(DescentError) {
    let image = HDF5Image(name: path)
    do throws(HDF5Error) {
      let file = try HDF5File.create(image)
      let root = file.root
      if let classes, case .classes(let names) = signature.outputs {
        let dataset = try root.write(classes.map { Int64($0) }, to: "prediction")
        try dataset.attributes.set("class_names", to: names)
        if probabilities {
          try root.write(self.probabilities, shape: [count, width], to: "probabilities")
        }
      } else {
        try root.write(
          probabilities ? self.probabilities : outputs, shape: [count, width], to: "prediction")
      }
      try file.close()
    } catch {
      throw DescentError(.cannotCreate, error.message, at: path)
    }
    try AtomicFile.write(image.bytes, to: path)
  }
}
