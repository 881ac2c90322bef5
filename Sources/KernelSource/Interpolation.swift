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
  maps: Int, channels: Int, height: Int, width: Int, rows: Int, columns: Int,
  x: UnsafePointer<Float>, xPlace: MapPlace, y: UnsafeMutablePointer<Float>, yPlace: MapPlace
) {
  for map in 0..<maps {
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
        let above = x + map * xPlace.map + top * xPlace.line
        let below = x + map * xPlace.map + bottom * xPlace.line
        for vector in 0..<vectors(channels) {
          let channel = vector * lanes
          let upper = between(
            load(above + left * xPlace.pixel, channel, of: xPlace.floats),
            load(above + right * xPlace.pixel, channel, of: xPlace.floats), across)
          let lower = between(
            load(below + left * xPlace.pixel, channel, of: xPlace.floats),
            load(below + right * xPlace.pixel, channel, of: xPlace.floats), across)
          store(
            between(upper, lower, down),
            y + map * yPlace.map + row * yPlace.line + column * yPlace.pixel, channel,
            of: yPlace.floats)
        }
      }
    }
  }
}

/// dx = Σ d of the output pixels that a pixel goes into, each by as much as it does.
public func interpolateBackward(
  maps: Int, channels: Int, height: Int, width: Int, rows: Int, columns: Int,
  d: UnsafePointer<Float>, dPlace: MapPlace, dx: UnsafeMutablePointer<Float>, dxPlace: MapPlace
) {
  for map in 0..<maps {
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
              let own = load(
                d + map * dPlace.map + i * dPlace.line + j * dPlace.pixel, channel,
                of: dPlace.floats)
              sum = multiplyAdd(sum, own, V(repeating: down * across))
            }
          }
          store(
            sum, dx + map * dxPlace.map + row * dxPlace.line + column * dxPlace.pixel, channel,
            of: dxPlace.floats)
        }
      }
    }
  }
}
