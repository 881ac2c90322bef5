import HDF5

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
  /// How far the truth is from each value at most, in the part of cases that was asked for; empty where none was.
  var halfWidths: [Float] = []
  /// Columns of the rows that go before what is predicted.
  var carried: [CarriedColumn] = []

  var count: Int { outputs.count / width }

  private var areClasses: Bool { if case .classes = signature.outputs { true } else { false } }

  /// Whether one output stands for two classes: it is about the second.
  private var isOneForTwo: Bool { width == 1 && areClasses && scale.givesProbabilities }

  /// The numbers of a row: the outputs, or the probabilities that they mean, of classes one for each.
  func numberWidth(probabilities: Bool) -> Int { probabilities && isOneForTwo ? 2 : width }

  /// Those of all rows, row-major.
  func numbers(probabilities: Bool) -> [Float] {
    guard probabilities else { return outputs }
    let meant = scale.probabilities(of: outputs, width: width, areExclusive: areExclusive)
    return isOneForTwo ? meant.flatMap { [1 - $0, $0] } : meant
  }

  /// The same, each row's with its bounds behind them.
  func numbersAndBounds(probabilities: Bool) -> [Float] {
    let (all, wide) = (
      numbers(probabilities: probabilities), numberWidth(probabilities: probabilities)
    )
    guard !halfWidths.isEmpty else { return all }
    return (0..<count).flatMap { Array(all[$0 * wide..<($0 + 1) * wide]) + bounds($0) }
  }

  /// The class of each row; nil where outputs are values.
  var classes: [Int]? {
    guard areClasses else { return nil }
    return (0..<count).map { row in
      scale.answer(outputs[row * width..<(row + 1) * width], threshold: signature.threshold)
    }
  }

  /// What classes and values are called; numbers where there are more outputs than names.
  private func name(_ index: Int) -> String {
    let names = signature.outputs.names
    return index < names.count ? names[index] : String(index)
  }

  /// The columns of what is predicted: the class, and with `probabilities` those of all classes; or the values or their
  /// probabilities. A value whose column goes along as well is called `prediction_` and its name.
  private func columns(probabilities: Bool) -> [String] {
    let names = (0..<numberWidth(probabilities: probabilities)).map(name)
    guard !areClasses else {
      return ["prediction"] + (probabilities ? names.map { "probability_" + $0 } : [])
    }
    if probabilities, scale.givesProbabilities { return names.map { "probability_" + $0 } }
    return names.map { isCarried($0) ? "prediction_" + $0 : $0 } + boundNames
  }

  /// What the bounds of values are called: of several those of one after those of another.
  private var boundNames: [String] {
    halfWidths.indices.flatMap { index in
      ["lower", "upper"].map { width == 1 ? $0 : "\(name(index))_\($0)" }
    }
  }

  /// The bounds of a row's values, in the order of their names.
  private func bounds(_ row: Int) -> [Float] {
    halfWidths.enumerated().flatMap { index, half in
      [outputs[row * width + index] - half, outputs[row * width + index] + half]
    }
  }

  private func isCarried(_ name: String) -> Bool { carried.contains { $0.name == name } }

  /// - Parameter warn: is told of columns that are called otherwise than the values that they are of.
  /// - Throws: where a column that goes along is called as one of what is predicted.
  func checkNames(probabilities: Bool, warn: (String) -> Void) throws(DescentError) {
    let columns = columns(probabilities: probabilities)
    if let name = columns.first(where: isCarried) {
      throw DescentError(
        .usage, "the column \(name.excerpt) of the rows is called as one of the predictions",
        advice: "leave it out, or give it another name in the rows")
    }
    guard !areClasses else { return }
    for (index, column) in columns.prefix(width).enumerated()
    where isCarried(name(index)) && !probabilities {
      warn("what is predicted of \(name(index)) is in the column \(column)")
    }
  }

  /// One line a row: its name where rows have names, the columns that go along, then the class's name, or the values; with
  /// `probabilities` those of every class or label.
  func csv(probabilities: Bool) -> String {
    let (numbers, width) = (
      numbers(probabilities: probabilities), numberWidth(probabilities: probabilities)
    )
    let names = (rowNames.isEmpty ? [] : ["file"]) + carried.map(\.name)
    let first = (names + columns(probabilities: probabilities)).map(Self.quoted)
    var text = first.joined(separator: ",") + "\n"
    let classes = classes
    for row in 0..<count {
      var cells = rowNames.isEmpty ? [] : [Self.quoted(rowNames[row])]
      cells += carried.map { Self.quoted($0.texts[row]) }
      if let classes { cells.append(Self.quoted(name(classes[row]))) }
      if classes == nil || probabilities {
        cells += numbers[row * width..<(row + 1) * width].map { String($0) }
        cells += bounds(row).map { String($0) }
      }
      text += cells.joined(separator: ",") + "\n"
    }
    return text
  }

  static func quoted(_ text: String) -> String {
    // By bytes: CR LF is one character, and neither of the two.
    guard text.utf8.contains(where: ",\"\n\r".utf8.contains) else { return text }
    let bytes = text.utf8.flatMap { $0 == UInt8(ascii: "\"") ? [$0, $0] : [$0] }
    return "\"" + String(decoding: bytes, as: UTF8.self) + "\""
  }

  /// Datasets `prediction` (class numbers or values), `lower` and `upper` where bounds are asked for, and `probabilities`, and the names as attributes; `columns/0` and so on
  /// for those that go along, each with its `name`.
  func write(to path: String, probabilities: Bool) throws(DescentError) {
    let image = HDF5Image(name: path)
    do throws(HDF5Error) {
      let file = try HDF5File.create(image)
      let root = file.root
      let shape = [count, numberWidth(probabilities: probabilities)]
      let numbers = numbers(probabilities: probabilities)
      if let classes, case .classes(let names) = signature.outputs {
        let dataset = try root.write(classes.map { Int64($0) }, to: "prediction")
        try dataset.attributes.set("class_names", to: names)
        if probabilities { try root.write(numbers, shape: shape, to: "probabilities") }
      } else {
        try root.write(numbers, shape: shape, to: "prediction")
      }
      if !halfWidths.isEmpty {
        let all = (0..<count).map(bounds)
        for (first, name) in [(0, "lower"), (1, "upper")] {
          let values = all.flatMap { row in
            stride(from: first, to: row.count, by: 2).map { row[$0] }
          }
          try root.write(values, shape: shape, to: name)
        }
      }
      for (number, column) in carried.enumerated() {
        let dataset = try root.write(column.texts, to: "columns/\(number)")
        try dataset.attributes.set("name", to: column.name)
      }
      try file.close()
    } catch {
      throw DescentError(.cannotCreate, error.message, at: path)
    }
    try AtomicFile.write(image.bytes, to: path)
  }
}
