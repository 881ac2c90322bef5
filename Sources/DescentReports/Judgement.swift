import Foundation

/// What a model is right and wrong about on a data set, as far as a report shows it.
public struct Judgement: Sendable {
  /// A row that the model is far off about.
  public struct Sample: Sendable, Equatable {
    /// From 1, among the rows looked at.
    public var row: Int
    /// What the row is called, as an image by its file; nil where it has no name.
    public var name: String?
    public var truth: String
    public var prediction: String
    /// How sure the model is of its answer; nil where its outputs are no probabilities.
    public var confidence: Double?
    /// The address of a picture of the row; nil where it is none.
    public var image: String?
  }

  /// One output of a regression.
  public struct Values: Sendable {
    public var name: String
    public var pairs: [ChartPoint]
  }

  private static let mostSamples = 24
  /// Of those that are no pictures, where values are predicted.
  private static let mostRows = 10
  private static let mostOutputs = 4
  private static let mostPairs = 3000
  /// Outputs that are kept in memory; of larger data sets every so many rows are looked at.
  static let mostValues = 1 << 22

  /// Which rows: `test`, `validation` or `training`.
  public var role: String
  /// Rows looked at, of so many.
  public var rows: Int
  public var total: Int
  public var classNames: [String] = []
  public var confusion: ConfusionMatrix?
  /// For questions that are answered by yes and no apart: what each is right and wrong about.
  public var labels: [(name: String, counts: ConfusionMatrix.ClassCounts)] = []
  public var values: [Values] = []
  /// The worst first.
  public var worst: [Sample] = []
  /// Rows that were given a wrong class.
  public var wrong = 0

  /// Evaluates a model, on every so many rows where there are very many.
  ///
  /// - Throws: where rows and model do not fit.
  package init(
    _ model: Model, on dataset: Dataset, role: String, cost: any Cost, threads: Int
  ) throws(DescentError) {
    let step = Self.step(through: dataset, model)
    let part =
      step == 1 ? dataset : dataset.subset(Array(stride(from: 0, to: dataset.count, by: step)))
    let predictions = try model.evaluate(
      on: part, cost: cost, metrics: [], threads: threads, keepingPredictions: true
    ).predictions
    self.init(predictions, of: model, on: part, role: role, total: dataset.count, cost: cost)
  }

  /// Every how many rows of a data set are looked at.
  package static func step(through dataset: Dataset, _ model: Model) -> Int {
    max(1, dataset.count * model.network.outputWidth / mostValues)
  }

  /// Looks at predictions that have been made.
  ///
  /// - Parameters:
  ///   - part: the rows that they are for, of a data set of `total`.
  package init(
    _ predictions: EpochPredictions?, of model: Model, on part: Dataset, role: String, total: Int,
    cost: any Cost
  ) {
    self.role = role
    rows = part.count
    self.total = total
    guard let predictions else { return }
    if case .classes(let names) = model.signature.outputs, case .classes? = part.targets {
      classNames = names
      judgeClasses(predictions, part)
    } else if predictions.isMultiLabel, cost.asksQuestions(part.targets, of: model.network.output) {
      labels = zip(model.signature.outputs.names, predictions.confusions)
        .map { ($0, $1.counts(of: 1)) }
    } else if predictions.form == .values {
      judgeValues(predictions, names: model.signature.outputs.names, part)
    }
  }

  // MARK: - Classes

  private mutating func judgeClasses(_ predictions: EpochPredictions, _ dataset: Dataset) {
    let isSingle = predictions.outputs == 1
    guard classNames.count <= ConfusionMatrix.mostClasses else { return }
    confusion = predictions.confusions.first
    let scale = predictions.scale
    let outputs = predictions.predictions
    let scores = isSingle ? outputs : predictions.probabilities
    let middle = scale.cut(predictions.threshold)
    // How far the wrong answer is ahead of the right one: the same order for probabilities and scores.
    var wrongRows: [(row: Int, prediction: Int, truth: Int, margin: Float, score: Float)] = []
    for row in 0..<predictions.count {
      let prediction = predictions.answer(row)
      if isSingle {
        let truth = predictions.values[row] > 0.5 ? 1 : 0
        if truth != prediction {
          wrongRows.append(
            (row, prediction, truth, abs(scores[row] - Float(middle)), scores[row]))
        }
        continue
      }
      let truth = predictions.truth(row)
      let start = row * predictions.outputs
      if truth != prediction {
        let score = scores[start + prediction]
        wrongRows.append((row, prediction, truth, score - scores[start + truth], score))
      }
    }
    wrong = wrongRows.count
    wrongRows.sort { ($0.margin, $1.row) > ($1.margin, $0.row) }
    let images = SampleImages(dataset)
    worst = wrongRows.prefix(Self.mostSamples).map { entry in
      let probability: Double? =
        if !scale.givesProbabilities {
          nil
        } else if isSingle, scale == .logits {
          1 / (1 + exp(entry.prediction == 1 ? -Double(entry.score) : Double(entry.score)))
        } else {
          (0...1.0001).contains(entry.score)
            ? Double(isSingle && entry.prediction == 0 ? 1 - entry.score : entry.score) : nil
        }
      return Sample(
        row: entry.row + 1, name: Self.name(of: entry.row, in: dataset),
        truth: name(entry.truth), prediction: name(entry.prediction),
        confidence: probability, image: images?.dataURI(row: entry.row))
    }
  }

  private static func name(of row: Int, in dataset: Dataset) -> String? {
    dataset.rowNames.isEmpty ? nil : dataset.rowNames[row]
  }

  private func name(_ index: Int) -> String {
    classNames.indices.contains(index) ? classNames[index] : String(index)
  }

  // MARK: - Values

  private mutating func judgeValues(
    _ predictions: EpochPredictions, names: [String], _ dataset: Dataset
  ) {
    let outputs = predictions.outputs
    for output in 0..<min(outputs, Self.mostOutputs) {
      let pairs = (0..<predictions.count).map { row in
        ChartPoint(
          Double(predictions.values[row * outputs + output]),
          Double(predictions.predictions[row * outputs + output]))
      }
      values.append(
        Values(
          name: names.indices.contains(output) ? names[output] : "output \(output + 1)",
          pairs: pairs.thinned(toAtMost: Self.mostPairs)))
    }
    guard outputs == 1 else { return }
    let errors = (0..<predictions.count).map { row in
      (row: row, error: abs(predictions.predictions[row] - predictions.values[row]))
    }
    let images = SampleImages(dataset)
    worst = errors.filter(\.error.isFinite).sorted { ($0.error, $1.row) > ($1.error, $0.row) }
      .prefix(images == nil ? Self.mostRows : Self.mostSamples).map { entry in
        Sample(
          row: entry.row + 1, name: Self.name(of: entry.row, in: dataset),
          truth: Figures.value(Double(predictions.values[entry.row])),
          prediction: Figures.value(Double(predictions.predictions[entry.row])),
          image: images?.dataURI(row: entry.row))
      }
  }

  /// Predicted against true values, a chart for each output.
  package var charts: [LineChart] {
    values.map { values in
      LineChart(
        values.name, x: ChartAxis("true"), y: ChartAxis("predicted"),
        series: [ChartSeries("predicted", values.pairs, style: .points)], marks: [.diagonal])
    }
  }
}
