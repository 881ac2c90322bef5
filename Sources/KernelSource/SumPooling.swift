/// Pooling by sums and means.

/// y = the sum of each window's values, or their mean; what lies outside the map counts in neither.
public func sumPoolingForward(
  maps: Int, channels: Int, _ x: MapInput, _ y: MapOutput, isMean: Bool, axes: PoolingAxes
) {
  let (vertical, horizontal) = axes
  for map in 0..<maps {
    let (x, y) = (one(map, of: x), one(map, of: y))
    for row in 0..<vertical.output {
      let (top, bottom) = places(vertical, at: row)
      let line = x.base + (row * vertical.stride - vertical.before) * x.place.line
      for position in 0..<horizontal.output {
        let (left, right) = places(horizontal, at: position)
        let start = line + (position * horizontal.stride - horizontal.before) * x.place.pixel
        let factor = isMean ? 1 / Float((bottom - top) * (right - left)) : 1
        for vector in 0..<vectors(channels) {
          let column = vector * lanes
          var sum = V.zero
          for i in top..<bottom {
            for j in left..<right {
              sum += load(start + i * x.place.line + j * x.place.pixel, column, of: x.place.floats)
            }
          }
          store(sum * factor, y, row, position, column)
        }
      }
    }
  }
}

/// dx = Σ d of the windows that cover the pixel, each divided by what it is a mean of.
public func sumPoolingBackward(
  maps: Int, channels: Int, _ d: MapInput, _ dx: MapOutput, isMean: Bool, axes: PoolingAxes
) {
  let (vertical, horizontal) = axes
  let isApart = vertical.size <= vertical.stride && horizontal.size <= horizontal.stride
  for map in 0..<maps {
    let (d, dx) = (one(map, of: d), one(map, of: dx))
    if isApart {
      spreadSums(channels, d, dx, isMean, axes)
      clearBetween(channels, dx, axes)
    } else {
      collectSums(channels, d, dx, isMean, axes)
    }
  }
}

/// Windows that do not overlap: each writes its pixels.
@inline(__always) func spreadSums(
  _ channels: Int, _ d: MapInput, _ dx: MapOutput, _ isMean: Bool, _ axes: PoolingAxes
) {
  let (vertical, horizontal) = axes
  for row in 0..<vertical.output {
    let (top, bottom) = places(vertical, at: row)
    for position in 0..<horizontal.output {
      let (left, right) = places(horizontal, at: position)
      let factor = isMean ? 1 / Float((bottom - top) * (right - left)) : 1
      let start =
        dx.base + (row * vertical.stride - vertical.before) * dx.place.line
        + (position * horizontal.stride - horizontal.before) * dx.place.pixel
      for vector in 0..<vectors(channels) {
        let column = vector * lanes
        let own = load(d, row, position, column) * factor
        for i in top..<bottom {
          for j in left..<right {
            store(own, start + i * dx.place.line + j * dx.place.pixel, column, of: dx.place.floats)
          }
        }
      }
    }
  }
}

/// Windows that overlap: each pixel collects from those that cover it.
@inline(__always) func collectSums(
  _ channels: Int, _ d: MapInput, _ dx: MapOutput, _ isMean: Bool, _ axes: PoolingAxes
) {
  let (vertical, horizontal) = axes
  var above = (first: 0, end: 0)
  for row in 0..<vertical.input {
    advance(&above, vertical, to: row)
    var before = (first: 0, end: 0)
    for position in 0..<horizontal.input {
      advance(&before, horizontal, to: position)
      for vector in 0..<vectors(channels) {
        let column = vector * lanes
        var sum = V.zero
        var i = above.first
        while i < above.end {
          let (top, bottom) = places(vertical, at: i)
          var j = before.first
          while j < before.end {
            let (left, right) = places(horizontal, at: j)
            let factor = isMean ? 1 / Float((bottom - top) * (right - left)) : 1
            let own = load(d, i, j, column)
            sum = multiplyAdd(sum, own, V(repeating: factor))
            j += 1
          }
          i += 1
        }
        store(sum, dx, row, position, column)
      }
    }
  }
}
