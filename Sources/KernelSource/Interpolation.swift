/// Bilinear enlargement of feature maps: each output pixel stands between the centres of four of the input's.

/// Where an output position lies among the centres of input positions, those at the ends being the limits.
@inline(__always) func place(of output: Int, factor: Int, input: Int) -> Float {
  let place = (Float(output) + 0.5) / Float(factor) - 0.5
  let last = Float(input - 1)
  return place < 0 ? 0 : place > last ? last : place
}

/// How much of an input position goes into an output position.
@inline(__always) func weight(of input: Int, at place: Float) -> Float {
  let distance = place > Float(input) ? place - Float(input) : Float(input) - place
  return distance < 1 ? 1 - distance : 0
}

/// What lies a share of the way from one value to another.
@inline(__always) func between(_ a: V, _ b: V, _ share: Float) -> V {
  multiplyAdd(a * (1 - share), b, V(repeating: share))
}

/// y = x between its pixels, `rows` times as high and `columns` times as wide. `height` and `width` are x's.
public func interpolateForward(
  maps: Int, channels: Int, height: Int, width: Int, rows: Int, columns: Int, _ x: MapInput,
  _ y: MapOutput
) {
  for map in 0..<maps {
    let (x, y) = (one(map, of: x), one(map, of: y))
    for row in 0..<height * rows {
      let vertical = place(of: row, factor: rows, input: height)
      let top = Int(vertical)
      let bottom = top + 1 < height ? top + 1 : top
      let down = vertical - Float(top)
      for column in 0..<width * columns {
        let horizontal = place(of: column, factor: columns, input: width)
        let left = Int(horizontal)
        let right = left + 1 < width ? left + 1 : left
        let across = horizontal - Float(left)
        for vector in 0..<vectors(channels) {
          let channel = vector * lanes
          let upper = between(
            load(x, top, left, channel), load(x, top, right, channel), across)
          let lower = between(
            load(x, bottom, left, channel), load(x, bottom, right, channel), across)
          store(between(upper, lower, down), y, row, column, channel)
        }
      }
    }
  }
}

/// dx = Σ d of the output pixels that a pixel goes into, each by as much as it does.
public func interpolateBackward(
  maps: Int, channels: Int, height: Int, width: Int, rows: Int, columns: Int, _ d: MapInput,
  _ dx: MapOutput
) {
  for map in 0..<maps {
    let (d, dx) = (one(map, of: d), one(map, of: dx))
    for row in 0..<height {
      let firstRow = row > 0 ? (row - 1) * rows : 0
      let endRow = row + 2 < height ? (row + 2) * rows : height * rows
      for column in 0..<width {
        let firstColumn = column > 0 ? (column - 1) * columns : 0
        let endColumn = column + 2 < width ? (column + 2) * columns : width * columns
        for vector in 0..<vectors(channels) {
          let channel = vector * lanes
          var sum = V.zero
          for i in firstRow..<endRow {
            let down = weight(of: row, at: place(of: i, factor: rows, input: height))
            if down == 0 { continue }
            for j in firstColumn..<endColumn {
              let across = weight(of: column, at: place(of: j, factor: columns, input: width))
              if across == 0 { continue }
              sum = multiplyAdd(sum, load(d, i, j, channel), V(repeating: down * across))
            }
          }
          store(sum, dx, row, column, channel)
        }
      }
    }
  }
}
