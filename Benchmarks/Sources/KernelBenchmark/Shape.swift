/// A dense layer as a mini-batch meets it.
struct Shape {
  let rows: Int
  let inputs: Int
  let outputs: Int

  var name: String { "\(rows) × \(inputs) → \(outputs)" }

  static let all: [Shape] =
    [32, 128, 512].flatMap { rows in
      [
        (784, 128), (128, 10), (784, 512), (512, 512), (512, 10), (784, 2048), (2048, 2048),
        (2048, 10),
      ].map { Shape(rows: rows, inputs: $0.0, outputs: $0.1) }
    } + [Shape(rows: 1024, inputs: 1024, outputs: 1024)]
}
