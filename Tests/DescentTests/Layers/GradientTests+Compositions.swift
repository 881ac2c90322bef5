import Testing

@testable import DescentEngine

/// Gradients through what is made of several layers, or adds to the cost.
extension GradientTests {
  /// Residual blocks with and without a projection, one within the other, with an embedding before them.
  @Test func residualBlocksAndEmbeddingsMatchCentralDifferences() throws {
    let network = try Network(input: [Self.inputs]) {
      Embedding(inputs: 4, units: 2)
      Residual(projection: true) {
        Dense(Self.width, activation: .tanh)
        Residual {
          Dense(Self.width, activation: .gelu)
          BatchNormalization()
          Residual { LayerNormalization() }
          Dense(Self.width, activation: .sigmoid)
        }
      }
      Residual {
        Flatten()
        Dense(Self.width, activation: .relu)
      }
      Dense(3)
    }
    let dense = { (kind: String) in Reference.dense(Self.width, kind) }
    func sum(_ a: Rows, _ b: Rows) -> Rows { zip(a, b).map { zip($0, $1).map { $0 + $1 } } }
    let features = (0..<Self.rows * Self.inputs).map { Float($0 * $0 % 7 % 4) }
    try check(
      network, Self.squaredError(of: Linear()), "residual", features: features
    ) { rows, p in
      let x = rows.map { $0.flatMap { [p[0][Int($0) * 2], p[0][Int($0) * 2 + 1]] } }
      let a = dense(Tanh.kind)(x, [p[1], p[2]])
      let b = dense(GELU.kind)(a, [p[3], p[4]])
      let c = Reference.batchNormalization(epsilon: 1e-3)(b, [p[5], p[6]])
      let d = sum(c, Reference.layerNormalization(epsilon: 1e-3)(c, [p[9], p[10]]))
      let e = sum(a, dense(Sigmoid.kind)(d, [p[11], p[12]]))
      let f = sum(e, dense(Linear.kind)(x, [p[13]]))
      let g = sum(f, dense(ReLU.kind)(f, [p[14], p[15]]))
      return Reference.dense(3, Linear.kind)(g, [p[16], p[17]])
    }
  }

  /// Three networks side by side, with a normalisation, a residual block and a layer of whose output nobody else is.
  @Test func ensemblesMatchCentralDifferences() throws {
    let network = try Network(
      input: [Self.inputs],
      layers: [
        Ensemble(members: [
          [Dense(Self.width, activation: .tanh), Dense(3)],
          [BatchNormalization(), Dense(3, activation: .sigmoid)],
          [Residual { Dense(Self.inputs, activation: .gelu) }, Dense(3)],
        ]), Dense(3),
      ])
    func sum(_ a: Rows, _ b: Rows) -> Rows { zip(a, b).map { zip($0, $1).map { $0 + $1 } } }
    try check(network, Self.squaredError(of: Linear()), "ensemble") { rows, p in
      let a = Reference.dense(3, Linear.kind)(
        Reference.dense(Self.width, Tanh.kind)(rows, [p[0], p[1]]), [p[2], p[3]])
      let normalized = Reference.batchNormalization(epsilon: 1e-3)(rows, [p[4], p[5]])
      let b = Reference.dense(3, Sigmoid.kind)(normalized, [p[8], p[9]])
      let c = Reference.dense(3, Linear.kind)(
        sum(rows, Reference.dense(Self.inputs, GELU.kind)(rows, [p[10], p[11]])), [p[12], p[13]])
      let mean = sum(sum(a, b), c).map { $0.map { $0 / 3 } }
      return Reference.dense(3, Linear.kind)(mean, [p[14], p[15]])
    }
  }

  /// Columns of categories among numbers, at the row's start, middle and end.
  @Test func embeddedColumnsMatchCentralDifferences() throws {
    let columns = [(0, 3, 2), (3, 2, 17), (6, 5, 1)]
    let network = try Network(input: [Self.inputs]) {
      ColumnEmbedding(columns.map { .init(position: $0.0, inputs: $0.1, units: $0.2) })
      Dense(3)
    }
    var features = noise(Self.rows * Self.inputs, seed: 1)
    for row in 0..<Self.rows {
      for (position, inputs, _) in columns {
        features[row * Self.inputs + position] = Float((row * row + position) % inputs)
      }
    }
    try check(
      network, Self.squaredError(of: Linear()), "column embedding", features: features
    ) { rows, p in
      let x = rows.map { row in
        row.indices.flatMap { position -> [Double] in
          guard let index = columns.firstIndex(where: { $0.0 == position }) else {
            return [row[position]]
          }
          let units = columns[index].2
          return Array(p[index][(Int(row[position]) * units)..<((Int(row[position]) + 1) * units)])
        }
      }
      return Reference.dense(3, Linear.kind)(x, [p[3], p[4]])
    }
  }

  /// Of a hidden layer, by itself and behind what is no dense layer, and of the outputs.
  @Test(arguments: [0, 1])
  func activityPenaltiesMatchCentralDifferences(case number: Int) throws {
    let last: any Activation = number == 0 ? Linear() as any Activation : Softmax()
    let network = try Network(input: [Self.inputs]) {
      Dense(19, activation: .sigmoid, activityRegularizer: L1L2(l1: 0.25, l2: 0.5))
      LayerNormalization()
      ActivityRegularization(l1: 0.125)
      Dense(3, activation: last, activityRegularizer: L2(0.25))
    }
    let cost =
      number == 0
      ? Self.squaredError(of: Linear())
      : CostRow(
        testDescription: "", cost: CategoricalCrossEntropy(), output: Softmax(),
        targets: .classes, reference: Reference.categoricalCrossEntropy)
    func outputs(_ rows: Rows, _ p: [[Double]]) -> [Rows] {
      let a = Reference.dense(19, Sigmoid.kind)(rows, [p[0], p[1]])
      let b = Reference.layerNormalization(epsilon: 1e-3)(a, [p[2], p[3]])
      return [a, b, Reference.dense(3, type(of: last).kind)(b, [p[4], p[5]])]
    }
    func mean(_ rows: Rows, _ term: (Double) -> Double) -> Double {
      rows.reduce(0) { $0 + $1.reduce(0) { $0 + term($1) } } / Double(rows.count)
    }
    func penalty(_ rows: Rows, _ p: [[Double]]) -> Double {
      let y = outputs(rows, p)
      return mean(y[0]) { 0.25 * abs($0) + 0.5 * $0 * $0 } + mean(y[1]) { 0.125 * abs($0) }
        + mean(y[2]) { 0.25 * $0 * $0 }
    }
    try check(network, cost, "activity penalty \(number)", penalty: penalty) { outputs($0, $1)[2] }
  }
}
