import Kernels

/// How a run augments its rows: what its list makes of images of one size.
struct AugmentationPlan: Sendable {
  /// An augmentation as rows meet it.
  enum Part: Sendable {
    case move(any GeometricAugmentation)
    case change(any PixelAugmentation)
  }

  let parts: [Part]
  let height: Int
  let width: Int
  let channels: Int
  /// Which values pixels may have, where that is known.
  let range: ClosedRange<Float>?
  let seed: UInt64

  /// - Returns: nil where rows stay as they are.
  init?(_ configuration: TrainingConfiguration, of dataset: Dataset) {
    guard !configuration.augmentation.isEmpty, dataset.shape.count == 3 else { return nil }
    parts = configuration.augmentation.compactMap { augmentation -> Part? in
      switch augmentation {
      case let move as any GeometricAugmentation: .move(move)
      case let change as any PixelAugmentation: .change(change)
      default: nil
      }
    }
    (height, width, channels) = (dataset.shape[0], dataset.shape[1], dataset.shape[2])
    range = dataset.provider.storage == .bytes ? 0...255 : nil
    seed = configuration.seed
  }

  /// The values of one image.
  var count: Int { height * width * channels }

  /// The floats that a worker needs to augment rows of a run.
  static func floats(_ configuration: TrainingConfiguration, of width: Int) -> Int {
    configuration.augmentation.isEmpty ? 0 : width + Matrix.padding
  }

  /// The random numbers of the row at a place of an epoch.
  func random(epoch: Int, place: Int) -> CounterRandom {
    CounterRandom(seed: seed, purpose: .augmentation, epoch: epoch, step: place)
  }

  func image(at base: UnsafeMutablePointer<Float>) -> ImageView {
    ImageView(base: base, height: height, width: width, channels: channels)
  }
}

extension TrainingConfiguration {
  /// - Throws: where rows are no images.
  func checkAugmentation(of dataset: Dataset) throws(DescentError) {
    guard !augmentation.isEmpty, dataset.shape.count != 3 else { return }
    let shape = dataset.shape.map(String.init).joined(separator: "×")
    throw DescentError(
      .invalidInput,
      "it changes images of height × width × channels, and the training rows are "
        + (dataset.shape.count == 1 ? "\(shape) columns" : shape), at: "augmentation",
      advice: "leave it out")
  }
}
