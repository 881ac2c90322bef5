import Foundation

/// The formats of other tools that a model is written in.
public enum ExportFormat: String, Sendable, CaseIterable {
  /// Keras' own, with the optimizer's state where there is a run.
  case keras
  /// Operators of ONNX, for ONNX Runtime and others that predict.
  case onnx
  /// The weights alone.
  case safetensors

  /// The format that a path's ending names.
  /// - Throws: `usage` where it names none.
  public init(path: String) throws(DescentError) {
    let ending = (path as NSString).pathExtension.lowercased()
    guard let format = ExportFormat(rawValue: ending) else {
      throw DescentError(
        .usage, "models are not exported as .\(ending)", at: path,
        advice: ending == "h5"
          ? "Keras opens the Descent file as it is: copy it"
          : "name a file that ends in \(Self.allCases.map { "." + $0.rawValue }.joined(last: "or"))"
      )
    }
    self = format
  }
}

/// Writes models in the formats of other tools; <doc:Interchange> says what goes where.
public enum ModelExport {
  /// Exports a Descent file: what `descent export` does.
  ///
  /// - Returns: What the format has no place for, a sentence each.
  /// - Throws: what is wrong with the file; `usage` where `output` ends otherwise; `invalidInput` where the format
  ///   cannot hold the model; `cannotCreate` or `inputOutput`, and what stood at `output` is then untouched.
  public static func run(_ path: String, to output: String, kernels: KernelSet = .best)
    throws(DescentError) -> [String]
  {
    let format = try ExportFormat(path: output)
    let reader = try CheckpointReader(path)
    let model = try reader.model(kernels: kernels)
    let run = format == .keras ? try reader.checkpoint() : nil
    return try write(model, run: run, as: format, to: output)
  }

  package static func write(
    _ model: Model, run: Checkpoint?, as format: ExportFormat, to path: String
  )
    throws(DescentError) -> [String]
  {
    let pieces: [[UInt8]]
    do throws(DescentError) {
      pieces =
        switch format {
        case .keras: try KerasArchive.file(model, run: run)
        case .onnx: try ONNXExport.file(model)
        case .safetensors: Safetensors.file(model)
        }
    } catch {
      var error = error
      error.place = [path, error.place].compactMap { $0 }.joined(separator: ": ")
      throw error
    }
    try AtomicFile.write(pieces, to: path)
    return notes(model, run: run, format)
  }

  /// What a format has no place for.
  private static func notes(_ model: Model, run: Checkpoint?, _ format: ExportFormat) -> [String] {
    var notes: [String] = []
    let encodes = model.signature.encoding?.columns.contains { column in
      if case .number(nil, false) = column.kind { column.offset != 0 } else { true }
    }
    if encodes == true {
      let count = model.network.inputWidth
      notes.append(
        format == .safetensors
          ? "how a table's columns become the model's \(count) inputs is in the metadata only"
          : "how a table's columns become the model's \(count) inputs is not in the file: give it encoded rows"
      )
    }
    if format == .safetensors {
      notes.append(
        "the file holds weights; the layers, and what is done to rows before them, are in its metadata only"
      )
    }
    guard format == .keras else { return notes }
    guard let run else { return notes + ["the optimizer and its state are not in the file"] }
    let configuration = run.configuration
    if !(configuration.schedule is ConstantSchedule) {
      notes.append(
        "Keras goes on at the rate \(run.currentRate): the schedule \(type(of: configuration.schedule).kind) "
          + "is not in the file")
    }
    if configuration.cost.kerasLoss(run.form).isNull {
      notes.append(
        "Keras has no loss \(type(of: configuration.cost).kind): compile the model with one")
    }
    if configuration.optimizer is LBFGS {
      notes.append("Keras has no lbfgs, and goes on with SGD at the rate 0.01")
    }
    if configuration.optimizer.updates.useEMA {
      notes.append("Keras goes on from the average of the weights, as after its own training")
    }
    if !configuration.optimizer.updates.decayExclude.isEmpty {
      notes.append("which parameters weight decay spares is not in the file")
    }
    if configuration.classWeights != nil { notes.append("class weights are not in the file") }
    if !configuration.augmentation.isEmpty { notes.append("augmentation is not in the file") }
    return notes
  }
}

extension Model {
  /// Writes the model for another tool: `.keras`, `.onnx` or `.safetensors`, by the path's ending.
  ///
  /// What stood at `path` is replaced at once, or not at all.
  /// - Returns: What the format has no place for, a sentence each.
  /// - Throws: `usage` for another ending, `invalidInput` where the format cannot hold the model, `cannotCreate` or
  ///   `inputOutput`.
  @discardableResult
  public func export(to path: String) throws(DescentError) -> [String] {
    try ModelExport.write(self, run: nil, as: ExportFormat(path: path), to: path)
  }
}

extension Trainer {
  /// Writes the model for another tool, and in a `.keras` file the optimizer with its state, so that Keras can go on
  /// training. As ``Model/export(to:)``.
  @discardableResult
  public func export(to path: String) throws(DescentError) -> [String] {
    let format = try ExportFormat(path: path)
    return try ModelExport.write(
      model, run: format == .keras ? checkpoint() : nil, as: format, to: path)
  }
}
