extension KernelSet {
  /// Row i of `batch` becomes row `indices[i]` of a table of bytes, `batch.columns` wide. Where
  /// `upcoming` rows are named, which is more, the next are asked for ahead of time.
  public func gather(
    _ source: UnsafePointer<UInt8>, indices: UnsafePointer<UInt32>, upcoming: Int = 0,
    into batch: Matrix
  ) {
    table.kernels.gatherBytes(
      batch.rows, max(upcoming, batch.rows), batch.columns, indices, source, batch.base,
      batch.stride)
  }

  /// Row i of `batch` becomes row `indices[i]` of a table of floats, `batch.columns` wide.
  public func gather(
    _ source: UnsafePointer<Float>, indices: UnsafePointer<UInt32>, upcoming: Int = 0,
    into batch: Matrix
  ) {
    table.kernels.gatherFloats(
      batch.rows, max(upcoming, batch.rows), batch.columns, indices, source, batch.base,
      batch.stride)
  }

  /// y = x·scale + offset
  public func scale(_ x: Matrix, by scale: Float, offset: Float = 0, into y: Matrix) {
    table.kernels.scaleRows(x.input, (x.rows, x.columns, y.base, y.stride), scale, offset)
  }

  /// y_j = (x_j − shift_j)·scale_j + offset_j
  public func normalize(
    _ x: Matrix, shift: Matrix, scale: Matrix, offset: Matrix? = nil, into y: Matrix
  ) {
    table.kernels.normalizeRows(
      x.input, (x.rows, x.columns, y.base, y.stride), shift.base, scale.base,
      offset.map { UnsafePointer($0.base) })
  }

  /// y = kept ? x·scale : 0, by a hash of (key, row, column). An element is dropped with probability
  /// threshold / 2³². `firstRow` is the number of x's first row in the batch.
  public func dropout(
    _ x: Matrix, firstRow: Int, key: UInt64, threshold: UInt32, scale: Float, into y: Matrix
  ) {
    table.kernels.dropout(
      x.input, (x.rows, x.columns, y.base, y.stride), firstRow, key, threshold, scale)
  }

  /// The same for whole channels of some maps, by a hash of (key, map, channel). `firstMap` is the number of the first of
  /// them in the batch.
  public func dropout(
    _ x: FeatureMap, maps: Range<Int>, firstMap: Int, key: UInt64, threshold: UInt32, scale: Float,
    into y: FeatureMap
  ) {
    table.kernels.dropChannels(
      maps.count, x.height * x.width, x.channels, x.input(maps), y.output(maps), firstMap,
      key, threshold, scale)
  }
}
