/// How a layer's window of weights goes over feature maps.
public struct WindowSettings: Sendable {
  public internal(set) var kernelSize: PerAxis
  public internal(set) var strides: PerAxis = 1
  public internal(set) var padding = SpatialPadding.valid
  public internal(set) var dilationRate: PerAxis = 1

  /// The options of a layer over so many axes.
  static let table = ConfigTable(
    WindowSettings(kernelSize: 1),
    .required(
      "kernel_size", PerAxis.type(from: 1), \.kernelSize,
      "The positions of the window along each axis."),
    .option(
      "strides", PerAxis.type(from: 1), \.strides,
      "The positions from one window to the next along each axis."),
    .option(
      "padding", SpatialPadding.type, \.padding,
      "valid: windows stay inside the map; same: they reach beyond, and the output has ⌈input/stride⌉ positions."
    ),
    .option(
      "dilation_rate", PerAxis.type(from: 1), \.dilationRate,
      "The positions from one weight of the window to the next; above 1 only where strides are 1."
    ))

  /// How it goes over the lines of maps of a shape, channels last, and over the pixels of a line.
  /// - Throws: where the options contradict one another, or the window does not fit into the maps.
  package func over(_ map: [Int]) throws(DescentError) -> (lines: WindowAxis, pixels: WindowAxis) {
    let axes = map.count - 1
    try check(axes: axes)
    guard let (lines, pixels) = windows(map) else {
      throw DescentError(
        .invalidInput,
        "a window of \(Self.words(kernelSize.each(of: axes))) does not fit into maps of "
          + Self.words(Array(map.dropLast())),
        advice: "make the window smaller, or set padding: same")
    }
    return (lines, pixels)
  }

  /// - Throws: where it does not have numbers for so many axes, or some that contradict one another.
  private func check(axes: Int) throws(DescentError) {
    for (name, numbers) in [
      ("kernel_size", kernelSize), ("strides", strides), ("dilation_rate", dilationRate),
    ] {
      guard numbers.fits(axes: axes) else {
        throw DescentError(
          .invalidInput, "\(name) has \(Figures.plural(numbers.values.count, "number"))",
          advice: axes == 1
            ? "give it one" : "give it one for each of the \(axes) axes, or one for all of them")
      }
      guard numbers.values.allSatisfy({ $0 <= PerAxis.largest }) else {
        throw DescentError(
          .invalidInput, "\(name) is \(Figures.count(numbers.values.max() ?? 0))",
          advice: "no row has more than \(Figures.count(PerAxis.largest)) values")
      }
    }
    // With this the number of weights is a number, and can be compared with the machine's memory.
    guard kernelSize.each(of: axes).reduce(1, *) <= PerAxis.largest else {
      throw DescentError(
        .invalidInput,
        "a window of \(Self.words(kernelSize.each(of: axes))) is larger than any map",
        advice: "no row has more than \(Figures.count(PerAxis.largest)) values")
    }
    guard
      strides.values.allSatisfy({ $0 == 1 }) || dilationRate.values.allSatisfy({ $0 == 1 })
    else {
      throw DescentError(
        .invalidInput, "strides and dilation_rate are both above 1", advice: "set one of them to 1")
    }
  }

  private func windows(_ map: [Int]) -> (lines: WindowAxis, pixels: WindowAxis)? {
    let axes = map.count - 1
    func axis(_ number: Int) -> WindowAxis? {
      WindowAxis(
        input: map[number], size: kernelSize[number], stride: strides[number],
        dilation: dilationRate[number], padding: padding)
    }
    let one = WindowAxis(input: 1, size: 1, padding: .valid)
    guard let lines = axes == 2 ? axis(0) : one, let pixels = axis(axes - 1) else { return nil }
    return (lines, pixels)
  }

  /// The other way round: how it goes over the maps which it makes of those of a shape, each input position being where a window
  /// of the output stands.
  /// - Throws: where the options contradict one another, or the output has more positions than any row may.
  package func transposed(
    over map: [Int]
  ) throws(DescentError) -> (lines: WindowAxis, pixels: WindowAxis) {
    let axes = map.count - 1
    try check(axes: axes)
    var output = map
    for axis in 0..<axes {
      // Products of two such numbers do not overflow.
      let span = WindowAxis.span(size: kernelSize[axis], dilation: dilationRate[axis])
      let stride = strides[axis]
      output[axis] = map[axis] * stride + (padding == .valid ? max(0, span - stride) : 0)
      guard output[axis] <= PerAxis.largest else {
        throw DescentError(
          .invalidInput, "its output has \(Figures.count(output[axis])) positions along an axis",
          advice: "no row has more than \(Figures.count(PerAxis.largest)) values")
      }
    }
    // Windows of that size fit into maps of these sizes, in as many places as the input has positions.
    guard let windows = windows(output) else { return try over(output) }
    return windows
  }

  private static func words(_ sizes: [Int]) -> String {
    sizes.map { Figures.count($0) }.joined(separator: " × ")
  }
}
