extension KernelSet {
  /// y = x between the centres of its pixels, and at the edges as there. y's height and width are multiples of x's.
  public func interpolate(_ x: FeatureMap, maps: Range<Int>, into y: FeatureMap) {
    table.kernels.interpolateForward(
      maps.count, x.channels, x.height, x.width, y.height / x.height, y.width / x.width,
      x.input(maps), y.output(maps))
  }

  /// dx = Σ d of the pixels that each pixel of x has gone into, by as much as it has.
  public func interpolateBackward(_ d: FeatureMap, maps: Range<Int>, into dx: FeatureMap) {
    table.kernels.interpolateBackward(
      maps.count, d.channels, dx.height, dx.width, d.height / dx.height, d.width / dx.width,
      d.input(maps), dx.output(maps))
  }
}
