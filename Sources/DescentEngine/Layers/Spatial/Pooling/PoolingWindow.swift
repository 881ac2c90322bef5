/// A pooling layer's window: its size, the steps it goes in, and what stands around the map.
public struct PoolingWindow: Sendable, Equatable {
  /// The positions of the window along each axis.
  public private(set) var poolSize: PerAxis
  /// The positions from window to window along each axis; as far as the window is long where nil.
  public private(set) var strides: PerAxis?
  public private(set) var padding: SpatialPadding

  public init(_ poolSize: PerAxis = 2, strides: PerAxis? = nil, padding: SpatialPadding = .valid) {
    self.poolSize = poolSize
    self.strides = strides
    self.padding = padding
  }

  /// The options as every pooling layer over so many axes has them.
  static func table(axes: Int) -> ConfigTable<PoolingWindow> {
    ConfigTable(
      PoolingWindow(),
      .option(
        "pool_size", PerAxis.type(from: 1), \.poolSize,
        "The positions of the window along each axis."),
      .optional(
        "strides", PerAxis.type(from: 1), \.strides, absent: "as pool_size",
        "The positions from one window to the next along each axis."),
      .option(
        "padding", SpatialPadding.type, \.padding,
        "valid: windows stay inside; same: they reach beyond, such that there are ⌈input/stride⌉."),
      check: { window, options throws(DescentError) in
        try window.poolSize.check(axes: axes, "pool_size", options)
        try window.strides?.check(axes: axes, "strides", options)
      })
  }

  /// How it goes over maps of a shape, height × width × channels or positions × channels.
  /// - Throws: where it does not fit into them.
  func over(_ map: [Int]) throws(DescentError) -> MapWindow {
    let axes = map.count - 1
    func axis(_ number: Int) -> WindowAxis? {
      let size = poolSize[number]
      let stride = strides?[number] ?? size
      let possible = 1...PerAxis.largest
      guard possible.contains(size), possible.contains(stride), possible.contains(map[number])
      else { return nil }
      return WindowAxis(input: map[number], size: size, stride: stride, padding: padding)
    }
    guard (1...2).contains(axes), poolSize.fits(axes: axes), strides?.fits(axes: axes) ?? true,
      let vertical = axes == 2 ? axis(0) : .whole(1), let horizontal = axis(axes - 1)
    else {
      let sizes = poolSize.fits(axes: axes) ? poolSize.each(of: axes) : poolSize.values
      throw DescentError(
        .invalidInput,
        "a window of \(Self.words(sizes)) does not fit into maps of "
          + Self.words(map.dropLast()),
        advice: "make the window smaller, or set padding: same")
    }
    return MapWindow(vertical: vertical, horizontal: horizontal)
  }

  private static func words(_ sizes: [Int]) -> String {
    sizes.map { Figures.count($0) }.joined(separator: " × ")
  }
}
