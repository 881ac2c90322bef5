extension ConfigOption where Component: Augmentation {
  /// The share of rows.
  static func probability(_ path: Path<Double>) -> Self {
    .option(
      "probability", .number(.from(0, to: 1)), path, "The share of rows that it is applied to.")
  }

  /// What comes in from outside.
  static func fill(_ path: Path<ImageFill>) -> Self { .group(ImageFill.table, at: path) }
}

extension ImageFill {
  static let table = ConfigTable(
    ImageFill(),
    .option(
      "fill", Mode.type, \.mode,
      "What comes into the image from outside: constant is one value, edge repeats the nearest pixel, and reflect mirrors "
        + "the image at its edge."),
    .option(
      "value", .number(.any), \.value,
      "The value that constant stands for, in the unit of the data as it is read: 0 is black."))
}

extension ImageFill.Mode: ConfigConvertible {}
