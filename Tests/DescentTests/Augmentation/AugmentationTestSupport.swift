import Kernels
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentEngine

/// Images of noise with three classes.
func imageRows(_ count: Int, shape: [Int] = [6, 5, 2], seed: UInt64 = 5) throws -> Dataset {
  try classRows(count, width: shape.reduce(1, *), seed: seed).with(shape: shape)
}

/// What a list makes of the rows of a data set, by the code that trains: row after row, each at its own place.
func augmented(
  _ augmentation: [any Augmentation], _ data: Dataset, epoch: Int = 0, firstPlace: Int = 0,
  seed: UInt64 = 0
) throws -> [[Float]] {
  let configuration = TrainingConfiguration(
    cost: CategoricalCrossEntropy(), optimizer: GradientDescent(learningRate: 0.1),
    schedule: ConstantSchedule(), metrics: [], batchSize: .rows(8), horizon: 1, seed: seed,
    shards: .automatic, shuffle: true, augmentation: augmentation)
  try configuration.check()
  let plan = try #require(AugmentationPlan(configuration, of: data))
  let memory = AlignedFloats.matrix(rows: data.count, columns: data.width)
  let values = try data.numbers(of: 0..<data.count)
  for row in 0..<data.count {
    _ = memory.matrix.row(row).update(
      from: values[row * data.width..<(row + 1) * data.width])
  }
  RowAugmenter(plan).augment(memory.matrix, place: firstPlace, epoch: epoch)
  return withExtendedLifetime(memory) {
    (0..<data.count).map { Array(memory.matrix.row($0)) }
  }
}

/// A reference for moves: each value by its definition, in `Double`, from the image as a function on all whole places.
func moved(
  _ values: [Float], height: Int, width: Int, channels: Int, by move: PixelMove, fill: ImageFill
) -> [Float] {
  func place(_ place: Int, _ length: Int) -> Int? {
    if (0..<length).contains(place) { return place }
    switch fill.mode {
    case .constant: return nil
    case .edge: return place < 0 ? 0 : length - 1
    case .reflect:
      // Mirrored at one edge after the other until it lies inside.
      var place = place
      while !(0..<length).contains(place) {
        place = place < 0 ? -1 - place : 2 * length - 1 - place
      }
      return place
    }
  }
  func value(_ y: Int, _ x: Int, _ channel: Int) -> Double {
    guard let y = place(y, height), let x = place(x, width) else { return fill.value }
    return Double(values[(y * width + x) * channels + channel])
  }
  var result: [Float] = []
  for y in 0..<height {
    for x in 0..<width {
      let right = move.a * Double(x) + move.b * Double(y) + move.left
      let down = move.c * Double(x) + move.d * Double(y) + move.top
      let (left, top) = (Int(right.rounded(.down)), Int(down.rounded(.down)))
      let (u, v) = (right - Double(left), down - Double(top))
      for channel in 0..<channels {
        result.append(
          Float(
            (1 - u) * (1 - v) * value(top, left, channel)
              + u * (1 - v) * value(top, left + 1, channel)
              + (1 - u) * v * value(top + 1, left, channel)
              + u * v * value(top + 1, left + 1, channel)))
      }
    }
  }
  return result
}
