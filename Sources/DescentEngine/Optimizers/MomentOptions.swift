/// Options that several optimizers share.
extension ConfigOption {
  /// - Throws: in reading, where it is still `auto`.
  static func learningRate(_ path: Path<Double>) -> Self {
    var option = Self.option(
      "learning_rate", .oneOf([.choice([ConfigOptions.automaticRate]), .number(.above(0))]), path,
      "The rate before any schedule; with auto a range test finds it before training.")
    option.read = { options, optimizer throws(DescentError) in
      optimizer[keyPath: path] = try options.learningRate()
    }
    return option
  }

  static func beta1(_ path: Path<Double>) -> Self {
    decay("beta_1", path, "The decay of the gradient's mean.")
  }

  /// - Parameter what: what decays.
  static func beta2(_ path: Path<Double>, _ what: String = "the square's mean") -> Self {
    decay("beta_2", path, "The decay of \(what).")
  }

  static func epsilon(
    _ path: Path<Double>, _ meaning: String = "Added to the root of the square's mean."
  ) -> Self {
    .option("epsilon", .number(.above(0)), path, meaning)
  }

  static func amsgrad(_ path: Path<Bool>) -> Self {
    .option(
      "amsgrad", .bool, path,
      "Whether the largest mean square so far takes the mean square's place.")
  }

  private static func decay(_ name: String, _ path: Path<Double>, _ meaning: String) -> Self {
    .option(name, .number(.from(0, below: 1)), path, meaning)
  }
}
