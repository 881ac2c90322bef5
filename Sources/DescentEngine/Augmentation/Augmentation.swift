/// A random change to training rows that are images: what a config's `augmentation` lists.
///
/// One is a ``GeometricAugmentation``, which moves pixels, a ``PixelAugmentation``, which changes them where they are, or a
/// ``MixingAugmentation``, which mixes rows. Rows are changed in the list's order, by the worker that gathers them, as they were read: before the network scales them.
/// Every draw is addressed by seed, epoch and the row's place in the epoch, so that neither threads nor interruptions matter.
/// Validation, tests and predictions see rows as they are.
///
/// To add one: conform to one of the three in a file of its own and add the type to `Registries.augmentations`.
public protocol Augmentation: ConfigComponent {
  /// The share of rows that it is applied to.
  var probability: Double { get }
}

/// Moves an image's pixels. Moves that follow each other are done as one, so that values between pixels are taken once; moves
/// that mirror and go by whole pixels make no new values.
public protocol GeometricAugmentation: Augmentation {
  /// What comes into the image from outside; nil where nothing does.
  var fill: ImageFill? { get }

  /// Where the pixels of an image of that size come from.
  func move(height: Int, width: Int, draws: AugmentationDraws) -> PixelMove
}

/// Changes an image's values where they are.
public protocol PixelAugmentation: Augmentation {
  /// - Parameter range: which values the image's may be, where that is known: bytes are from 0 to 255. It may allocate nothing.
  func change(_ image: ImageView, range: ClosedRange<Float>?, draws: AugmentationDraws)
}

/// Mixes an image with another one of its batch, and the target with that one's, by the same shares. The other one is augmented
/// too, by its own draws. Of several in a list, each row takes one, each as likely; they stand last in it.
public protocol MixingAugmentation: Augmentation {
  func mixture(height: Int, width: Int, draws: AugmentationDraws) -> ImageMixture
}
