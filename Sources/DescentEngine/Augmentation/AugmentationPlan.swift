/// How a run augments its rows: what its list makes of images of one size.
struct AugmentationPlan: Sendable {
  /// An augmentation as rows meet it.
  enum Part: Sendable {
    case move(any GeometricAugmentation)
    case change(any PixelAugmentation)
  }

  let parts: [Part]
  /// What mixes rows, each with its position in the list.
  let mixing: [(position: Int, augmentation: any MixingAugmentation)]
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
    mixing = configuration.augmentation.enumerated().compactMap { position, augmentation in
      (augmentation as? any MixingAugmentation).map { (position, $0) }
    }
    (height, width, channels) = (dataset.shape[0], dataset.shape[1], dataset.shape[2])
    range = dataset.provider.storage == .bytes ? 0...255 : nil
    seed = configuration.seed
  }

  /// The values of one image.
  var count: Int { height * width * channels }

  /// The floats that a worker needs to augment rows of a run.
  static func floats(_ configuration: TrainingConfiguration, of width: Int) -> Int {
    configuration.augmentation.isEmpty ? 0 : 2 * (width + Matrix.padding)
  }

  /// The random numbers of the row at a place of an epoch.
  func random(epoch: Int, place: Int) -> CounterRandom {
    CounterRandom(seed: seed, purpose: .augmentation, epoch: epoch, step: place)
  }

  /// Whether rows are mixed with others.
  var mixesRows: Bool { !mixing.isEmpty }

  /// How the row at a place of an epoch is mixed; nil where it is not.
  ///
  /// Its partner is the row so many places further on in the batch, as many for all of its rows, so that each is the partner of
  /// one.
  /// - Parameter batch: the places of the batch, of all engines that share it.
  func mixture(of place: Int, in batch: Range<Int>, epoch: Int) -> RowMixture? {
    guard mixesRows, batch.count > 1 else { return nil }
    let random = random(epoch: epoch, place: place)
    let choice = AugmentationDraws(random, position: parts.count + mixing.count).uniform(0)
    let (position, augmentation) = mixing[Int(choice * Double(mixing.count))]
    let draws = AugmentationDraws(random, position: position)
    guard draws.applies(augmentation.probability) else { return nil }
    // Places are not negative: these numbers are the batch's own.
    let ofBatch = self.random(epoch: epoch, place: -1 - batch.lowerBound)
    let distance = 1 + Int(ofBatch.uniform(0) * Double(batch.count - 1))
    return RowMixture(
      partner: batch.lowerBound + (place - batch.lowerBound + distance) % batch.count,
      mixture: augmentation.mixture(height: height, width: width, draws: draws))
  }

  func share(_ mixture: ImageMixture) -> Float {
    Float(mixture.share(height: height, width: width))
  }

  func image(at base: UnsafeMutablePointer<Float>) -> ImageView {
    ImageView(base: base, height: height, width: width, channels: channels)
  }
}

extension TrainingConfiguration {
  /// Whether rows, and with them their targets, are mixed.
  package var mixesRows: Bool { augmentation.contains { $0 is any MixingAugmentation } }

  /// The form of targets in training: a row that is mixed of two classes has the probabilities of both.
  func trainingForm(_ form: TargetForm) -> TargetForm {
    mixesRows && form == .classes ? .distributions : form
  }

  /// - Throws: where what mixes rows is followed by something else.
  func checkAugmentationOrder() throws(DescentError) {
    guard let first = augmentation.firstIndex(where: { $0 is any MixingAugmentation }),
      let late = augmentation[first...].first(where: { !($0 is any MixingAugmentation) })
    else { return }
    let (mixing, other) = (type(of: augmentation[first]).kind, type(of: late).kind)
    throw DescentError(
      .invalidInput, "\(other) comes after \(mixing), which mixes finished rows",
      at: "augmentation",
      advice: "put \(mixing) last")
  }

  /// - Throws: where targets of two rows have no mixture that the cost could be of.
  func checkMixing() throws(DescentError) {
    guard let mixing = augmentation.first(where: { $0 is any MixingAugmentation }), !cost.insist,
      cost.fit.areScores || cost.fit.range == .signs || cost.fit.range == .notZero
    else { return }
    let name = type(of: mixing).kind
    throw DescentError(
      .invalidInput,
      cost.fit.range == .notZero
        ? "\(name) mixes targets, and the cost \(type(of: cost).kind) divides by them: a mixture may be 0"
        : "\(name) mixes targets, and those of the cost \(type(of: cost).kind) are one answer or another",
      at: "augmentation", advice: "leave it out, or use \(CategoricalCrossEntropy.kind)")
  }

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
