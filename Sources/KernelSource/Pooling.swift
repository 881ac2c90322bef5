/// Pooling: what each window of a feature map comes to, channel by channel, and the gradient's way back.
///
/// A window's places are numbered line by line. Backward writes each pixel's gradient once, whether windows overlap, touch or
/// leave pixels out: it is the sum over the windows that cover the pixel, in their order.

/// How a window goes along an axis: see `WindowAxis`.
public typealias PoolingAxis = (input: Int, size: Int, stride: Int, before: Int, output: Int)
/// Where maps lie: floats from pixel to pixel, line to line, map to map, and how many from a pixel's first channel on may be
/// read and written. Where another pixel follows at once, these are its channels.
public typealias MapPlace = (pixel: Int, line: Int, map: Int, floats: Int)

/// The channels of a pixel from `column` on, zeros behind its last.
@inline(__always) func load(_ pixel: UnsafePointer<Float>, _ column: Int, of floats: Int) -> V {
  column + lanes <= floats ? load(pixel + column) : loadPart(pixel + column, floats - column)
}

/// Writes the channels of a pixel from `column` on, and nothing behind its last.
@inline(__always) func store(
  _ value: V, _ pixel: UnsafeMutablePointer<Float>, _ column: Int, of floats: Int
) {
  if column + lanes <= floats {
    store(value, pixel + column)
  } else {
    storePart(value, pixel + column, floats - column)
  }
}

// Maps in whole rows are seldom pooled: what their pixels need would take the registers of all loops.

@inline(never) func storePart(_ value: V, _ pointer: UnsafeMutablePointer<Float>, _ count: Int) {
  for lane in 0..<count { pointer[lane] = value[lane] }
}

/// The places of the window at an output position that lie inside the map.
@inline(__always) func places(_ axis: PoolingAxis, at output: Int) -> (first: Int, end: Int) {
  let start = output * axis.stride - axis.before
  let end = axis.input - start
  return (start < 0 ? -start : 0, end < axis.size ? end : axis.size)
}

/// Moves a run of output positions on to those whose windows cover an input position: from one of them to the next, without
/// the divisions that would find them anywhere.
@inline(__always) func advance(
  _ run: inout (first: Int, end: Int), _ axis: PoolingAxis, to input: Int
) {
  while run.end < axis.output && run.end * axis.stride - axis.before <= input { run.end += 1 }
  while run.first < run.end && run.first * axis.stride - axis.before + axis.size <= input {
    run.first += 1
  }
}

/// Zeros for the pixels that no window covers.
@inline(__always) func clearBetween(
  _ channels: Int, _ dx: UnsafeMutablePointer<Float>, _ dxPlace: MapPlace,
  _ vertical: PoolingAxis, _ horizontal: PoolingAxis
) {
  if coversAll(vertical) && coversAll(horizontal) { return }
  var above = (first: 0, end: 0)
  for row in 0..<vertical.input {
    advance(&above, vertical, to: row)
    var before = (first: 0, end: 0)
    for position in 0..<horizontal.input {
      advance(&before, horizontal, to: position)
      if above.first < above.end && before.first < before.end { continue }
      let pixel = dx + row * dxPlace.line + position * dxPlace.pixel
      for vector in 0..<vectors(channels) {
        store(V.zero, pixel, vector * lanes, of: dxPlace.floats)
      }
    }
  }
}

/// Whether windows that do not overlap leave nothing between them, nor behind the last.
@inline(__always) func coversAll(_ axis: PoolingAxis) -> Bool {
  axis.size == axis.stride && axis.output * axis.stride - axis.before >= axis.input
}

// MARK: - Maximum

/// Bits that tell a window's places apart, as a power of two: log₂ of their number.
@inline(__always) func choiceShift(_ places: Int) -> Int {
  var shift = 0
  while shift < 5 && places > 1 << (1 << shift) { shift += 1 }
  return shift
}

/// Takes a place's value where it is the first that large. NaN is larger than any number.
@_transparent func take(
  _ value: V, _ place: Int, _ best: inout V, _ choice: inout VU
) {
  let isLarger = (value .> best) .| (value .!= value)
  best.replace(with: value, where: isLarger)
  choice.replace(with: VU(repeating: UInt32(truncatingIfNeeded: place)), where: isLarger)
}

/// The largest of a window's values in some of its lines and columns, and the number of its place.
///
/// - Parameter isWhole: a literal: whether the pixel's channels fill the vector. Without calls between them the two stay in
///   registers.
@_transparent func takeWindow(
  _ start: UnsafePointer<Float>, _ place: MapPlace, _ column: Int, isWhole: Bool,
  lines: (first: Int, end: Int), columns: (first: Int, end: Int), width: Int,
  _ best: inout V, _ choice: inout VU
) {
  @_transparent func value(_ pixel: UnsafePointer<Float>) -> V {
    isWhole ? load(pixel + column) : loadPart(pixel + column, place.floats - column)
  }
  let first = start + lines.first * place.line + columns.first * place.pixel
  best = value(first)
  choice = VU(repeating: UInt32(truncatingIfNeeded: lines.first * width + columns.first))
  if lines.end - lines.first == 2 && columns.end - columns.first == 2 {
    let number = lines.first * width + columns.first
    let below = first + place.line
    take(value(first + place.pixel), number + 1, &best, &choice)
    take(value(below), number + width, &best, &choice)
    take(value(below + place.pixel), number + width + 1, &best, &choice)
  } else {
    for i in lines.first..<lines.end {
      let line = start + i * place.line
      for j in columns.first..<columns.end {
        take(value(line + j * place.pixel), i * width + j, &best, &choice)
      }
    }
  }
}

/// y = the largest value of each window; and the number of its place, the first that has it, unless `choices` is nil.
///
/// Numbers take 1, 2, 4, 8, 16 or 32 bits, as many as the window's places need. A word for each channel holds those of
/// neighbouring outputs of a line. `choicesStride` counts words from map to map.
public func maximumPoolingForward(
  maps: Int, channels: Int, x: UnsafePointer<Float>, xPlace: MapPlace,
  y: UnsafeMutablePointer<Float>, yPlace: MapPlace, choices: UnsafeMutableRawPointer?,
  choicesStride: Int, vertical: PoolingAxis, horizontal: PoolingAxis
) {
  let shift = choiceShift(vertical.size * horizontal.size)
  let perWord = 32 &>> shift
  let words = (horizontal.output + perWord - 1) / perWord
  let width = vectors(channels) * lanes
  let isWhole = width <= xPlace.floats && width <= yPlace.floats
  if isWhole && arePairs(vertical) && arePairs(horizontal) {
    for map in 0..<maps {
      let (x, y) = (x + map * xPlace.map, y + map * yPlace.map)
      if let choices {
        maximaOfPairs(
          channels, x, xPlace, y, yPlace, choices + 4 * map * choicesStride, isNoted: true,
          vertical.output, horizontal.output)
      } else {
        maximaOfPairs(
          channels, x, xPlace, y, yPlace, UnsafeMutableRawPointer(y), isNoted: false,
          vertical.output, horizontal.output)
      }
    }
    return
  }
  for map in 0..<maps {
    for row in 0..<vertical.output {
      let lines = places(vertical, at: row)
      let line = x + map * xPlace.map + (row * vertical.stride - vertical.before) * xPlace.line
      for word in 0..<words {
        let first = word * perWord
        let end = first + perWord < horizontal.output ? first + perWord : horizontal.output
        for vector in 0..<vectors(channels) {
          let column = vector * lanes
          var chosen = VU.zero
          for position in first..<end {
            let columns = places(horizontal, at: position)
            let start = line + (position * horizontal.stride - horizontal.before) * xPlace.pixel
            var best = V.zero
            var choice = VU.zero
            if column + lanes <= xPlace.floats {
              takeWindow(
                start, xPlace, column, isWhole: true, lines: lines, columns: columns,
                width: horizontal.size, &best, &choice)
            } else {
              takeWindow(
                start, xPlace, column, isWhole: false, lines: lines, columns: columns,
                width: horizontal.size, &best, &choice)
            }
            store(
              best,
              y + map * yPlace.map + row * yPlace.line + position * yPlace.pixel, column,
              of: yPlace.floats)
            chosen |= choice &<< VU(repeating: UInt32((position - first) &<< shift))
          }
          if let choices {
            let number = map * choicesStride + (row * words + word) * width + column
            choices.storeBytes(of: chosen, toByteOffset: 4 * number, as: VU.self)
          }
        }
      }
    }
  }
}

/// The numbers of the places chosen at an output position, for the channels of a vector.
@inline(__always) func choice(
  _ words: UnsafeRawPointer, _ column: Int, _ position: Int, _ shift: Int, _ width: Int
) -> VU {
  let wordShift = 5 - shift
  let word = words.loadUnaligned(
    fromByteOffset: 4 * ((position &>> wordShift) * width + column), as: VU.self)
  let within = UInt32(truncatingIfNeeded: (position & ((1 &<< wordShift) - 1)) &<< shift)
  let bits: UInt32 = shift == 5 ? .max : (1 &<< (1 &<< UInt32(shift))) - 1
  return (word &>> VU(repeating: within)) & VU(repeating: bits)
}

/// A value where a place was chosen, and zero elsewhere.
@inline(__always) func value(_ value: V, where choice: VU, is place: Int) -> V {
  let isChosen = choice .== VU(repeating: UInt32(truncatingIfNeeded: place))
  return V.zero.replacing(with: value, where: isChosen)
}

/// dx = Σ d of the windows in which the pixel was chosen.
public func maximumPoolingBackward(
  maps: Int, channels: Int, d: UnsafePointer<Float>, dPlace: MapPlace,
  choices: UnsafeRawPointer, choicesStride: Int, dx: UnsafeMutablePointer<Float>,
  dxPlace: MapPlace, vertical: PoolingAxis, horizontal: PoolingAxis
) {
  let isApart = vertical.size <= vertical.stride && horizontal.size <= horizontal.stride
  let width = vectors(channels) * lanes
  let isWhole = width <= dPlace.floats && width <= dxPlace.floats
  let byPairs = isWhole && arePairs(vertical) && arePairs(horizontal)
  for map in 0..<maps {
    let d = d + map * dPlace.map
    let choices = choices + 4 * map * choicesStride
    let dx = dx + map * dxPlace.map
    if byPairs {
      spreadMaximaOfPairs(
        channels, d, dPlace, choices, dx, dxPlace, vertical.output, horizontal.output)
      clearBetween(channels, dx, dxPlace, vertical, horizontal)
    } else if isApart {
      spreadMaxima(channels, d, dPlace, choices, dx, dxPlace, vertical, horizontal)
      clearBetween(channels, dx, dxPlace, vertical, horizontal)
    } else {
      collectMaxima(channels, d, dPlace, choices, dx, dxPlace, vertical, horizontal)
    }
  }
}

/// Windows that do not overlap: each writes its pixels.
@inline(__always) func spreadMaxima(
  _ channels: Int, _ d: UnsafePointer<Float>, _ dPlace: MapPlace, _ choices: UnsafeRawPointer,
  _ dx: UnsafeMutablePointer<Float>, _ dxPlace: MapPlace, _ vertical: PoolingAxis,
  _ horizontal: PoolingAxis
) {
  let shift = choiceShift(vertical.size * horizontal.size)
  let width = vectors(channels) * lanes
  let words = (horizontal.output + (1 &<< (5 - shift)) - 1) &>> (5 - shift)
  for row in 0..<vertical.output {
    let (top, bottom) = places(vertical, at: row)
    for position in 0..<horizontal.output {
      let (left, right) = places(horizontal, at: position)
      let start =
        dx + (row * vertical.stride - vertical.before) * dxPlace.line
        + (position * horizontal.stride - horizontal.before) * dxPlace.pixel
      for vector in 0..<vectors(channels) {
        let column = vector * lanes
        let own = load(
          d + row * dPlace.line + position * dPlace.pixel, column, of: dPlace.floats)
        let choice = choice(
          choices + 4 * row * words * width, column, position, shift, width)
        for i in top..<bottom {
          for j in left..<right {
            store(
              value(own, where: choice, is: i * horizontal.size + j),
              start + i * dxPlace.line + j * dxPlace.pixel, column, of: dxPlace.floats)
          }
        }
      }
    }
  }
}

/// Windows that overlap: each pixel collects from those that cover it.
@inline(__always) func collectMaxima(
  _ channels: Int, _ d: UnsafePointer<Float>, _ dPlace: MapPlace, _ choices: UnsafeRawPointer,
  _ dx: UnsafeMutablePointer<Float>, _ dxPlace: MapPlace, _ vertical: PoolingAxis,
  _ horizontal: PoolingAxis
) {
  let shift = choiceShift(vertical.size * horizontal.size)
  let width = vectors(channels) * lanes
  let words = (horizontal.output + (1 &<< (5 - shift)) - 1) &>> (5 - shift)
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
          let line = (row - i * vertical.stride + vertical.before) * horizontal.size
          var j = before.first
          while j < before.end {
            let own = load(d + i * dPlace.line + j * dPlace.pixel, column, of: dPlace.floats)
            sum += value(
              own, where: choice(choices + 4 * i * words * width, column, j, shift, width),
              is: line + position - j * horizontal.stride + horizontal.before)
            j += 1
          }
          i += 1
        }
        store(sum, dx + row * dxPlace.line + position * dxPlace.pixel, column, of: dxPlace.floats)
      }
    }
  }
}

// MARK: - Sums

/// y = the sum of each window's values, or their mean; what lies outside the map counts in neither.
public func sumPoolingForward(
  maps: Int, channels: Int, x: UnsafePointer<Float>, xPlace: MapPlace,
  y: UnsafeMutablePointer<Float>, yPlace: MapPlace, isMean: Bool, vertical: PoolingAxis,
  horizontal: PoolingAxis
) {
  for map in 0..<maps {
    for row in 0..<vertical.output {
      let (top, bottom) = places(vertical, at: row)
      let line = x + map * xPlace.map + (row * vertical.stride - vertical.before) * xPlace.line
      for position in 0..<horizontal.output {
        let (left, right) = places(horizontal, at: position)
        let start = line + (position * horizontal.stride - horizontal.before) * xPlace.pixel
        let pixel = y + map * yPlace.map + row * yPlace.line + position * yPlace.pixel
        let factor = isMean ? 1 / Float((bottom - top) * (right - left)) : 1
        for vector in 0..<vectors(channels) {
          let column = vector * lanes
          var sum = V.zero
          for i in top..<bottom {
            for j in left..<right {
              sum += load(start + i * xPlace.line + j * xPlace.pixel, column, of: xPlace.floats)
            }
          }
          store(sum * factor, pixel, column, of: yPlace.floats)
        }
      }
    }
  }
}

/// dx = Σ d of the windows that cover the pixel, each divided by what it is a mean of.
public func sumPoolingBackward(
  maps: Int, channels: Int, d: UnsafePointer<Float>, dPlace: MapPlace,
  dx: UnsafeMutablePointer<Float>, dxPlace: MapPlace, isMean: Bool, vertical: PoolingAxis,
  horizontal: PoolingAxis
) {
  let isApart = vertical.size <= vertical.stride && horizontal.size <= horizontal.stride
  for map in 0..<maps {
    let d = d + map * dPlace.map
    let dx = dx + map * dxPlace.map
    if isApart {
      spreadSums(channels, d, dPlace, dx, dxPlace, isMean, vertical, horizontal)
      clearBetween(channels, dx, dxPlace, vertical, horizontal)
    } else {
      collectSums(channels, d, dPlace, dx, dxPlace, isMean, vertical, horizontal)
    }
  }
}

/// Windows that do not overlap: each writes its pixels.
@inline(__always) func spreadSums(
  _ channels: Int, _ d: UnsafePointer<Float>, _ dPlace: MapPlace,
  _ dx: UnsafeMutablePointer<Float>, _ dxPlace: MapPlace, _ isMean: Bool,
  _ vertical: PoolingAxis, _ horizontal: PoolingAxis
) {
  for row in 0..<vertical.output {
    let (top, bottom) = places(vertical, at: row)
    for position in 0..<horizontal.output {
      let (left, right) = places(horizontal, at: position)
      let factor = isMean ? 1 / Float((bottom - top) * (right - left)) : 1
      let start =
        dx + (row * vertical.stride - vertical.before) * dxPlace.line
        + (position * horizontal.stride - horizontal.before) * dxPlace.pixel
      for vector in 0..<vectors(channels) {
        let column = vector * lanes
        let own =
          load(d + row * dPlace.line + position * dPlace.pixel, column, of: dPlace.floats) * factor
        for i in top..<bottom {
          for j in left..<right {
            store(
              own, start + i * dxPlace.line + j * dxPlace.pixel, column, of: dxPlace.floats)
          }
        }
      }
    }
  }
}

/// Windows that overlap: each pixel collects from those that cover it.
@inline(__always) func collectSums(
  _ channels: Int, _ d: UnsafePointer<Float>, _ dPlace: MapPlace,
  _ dx: UnsafeMutablePointer<Float>, _ dxPlace: MapPlace, _ isMean: Bool,
  _ vertical: PoolingAxis, _ horizontal: PoolingAxis
) {
  var above = (first: 0, end: 0)
  for row in 0..<vertical.input {
    advance(&above, vertical, to: row)
    var before = (first: 0, end: 0)
    for position in 0..<horizontal.input {
      advance(&before, horizontal, to: position)
      let pixel = dx + row * dxPlace.line + position * dxPlace.pixel
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
            let own = load(d + i * dPlace.line + j * dPlace.pixel, column, of: dPlace.floats)
            sum = multiplyAdd(sum, own, V(repeating: factor))
            j += 1
          }
          i += 1
        }
        store(sum, pixel, column, of: dxPlace.floats)
      }
    }
  }
}
