/// Pooling: what each window of a feature map comes to, channel by channel, and the gradient's way back.
///
/// A window's places are numbered line by line. Backward writes each pixel's gradient once, whether windows overlap, touch or
/// leave pixels out: it is the sum over the windows that cover the pixel, in their order.

/// How a window goes along an axis: see `WindowAxis`.
public typealias PoolingAxis = (input: Int, size: Int, stride: Int, before: Int, output: Int)
/// How windows go over maps.
public typealias PoolingAxes = (vertical: PoolingAxis, horizontal: PoolingAxis)

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
  _ channels: Int, _ dx: MapOutput, _ axes: PoolingAxes
) {
  let (vertical, horizontal) = axes
  if coversAll(vertical) && coversAll(horizontal) { return }
  var above = (first: 0, end: 0)
  for row in 0..<vertical.input {
    advance(&above, vertical, to: row)
    var before = (first: 0, end: 0)
    for position in 0..<horizontal.input {
      advance(&before, horizontal, to: position)
      if above.first < above.end && before.first < before.end { continue }
      for vector in 0..<vectors(channels) { store(V.zero, dx, row, position, vector * lanes) }
    }
  }
}

/// Whether windows that do not overlap leave nothing between them, nor behind the last.
@inline(__always) func coversAll(_ axis: PoolingAxis) -> Bool {
  axis.size == axis.stride && axis.output * axis.stride - axis.before >= axis.input
}

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
  maps: Int, channels: Int, _ x: MapInput, _ y: MapOutput, choices: UnsafeMutableRawPointer?,
  choicesStride: Int, axes: PoolingAxes
) {
  let (vertical, horizontal) = axes
  let shift = choiceShift(vertical.size * horizontal.size)
  let perWord = 32 &>> shift
  let words = (horizontal.output + perWord - 1) / perWord
  let width = vectors(channels) * lanes
  let isWhole = width <= x.place.floats && width <= y.place.floats
  if isWhole && arePairs(vertical) && arePairs(horizontal) {
    for map in 0..<maps {
      let (x, y) = (one(map, of: x), one(map, of: y))
      if let choices {
        maximaOfPairs(
          channels, x, y, choices + 4 * map * choicesStride, isNoted: true, vertical.output,
          horizontal.output)
      } else {
        maximaOfPairs(
          channels, x, y, UnsafeMutableRawPointer(y.base), isNoted: false, vertical.output,
          horizontal.output)
      }
    }
    return
  }
  for map in 0..<maps {
    let (x, y) = (one(map, of: x), one(map, of: y))
    for row in 0..<vertical.output {
      let lines = places(vertical, at: row)
      let line = x.base + (row * vertical.stride - vertical.before) * x.place.line
      for word in 0..<words {
        let first = word * perWord
        let end = first + perWord < horizontal.output ? first + perWord : horizontal.output
        for vector in 0..<vectors(channels) {
          let column = vector * lanes
          var chosen = VU.zero
          for position in first..<end {
            let columns = places(horizontal, at: position)
            let start = line + (position * horizontal.stride - horizontal.before) * x.place.pixel
            var best = V.zero
            var choice = VU.zero
            if column + lanes <= x.place.floats {
              takeWindow(
                start, x.place, column, isWhole: true, lines: lines, columns: columns,
                width: horizontal.size, &best, &choice)
            } else {
              takeWindow(
                start, x.place, column, isWhole: false, lines: lines, columns: columns,
                width: horizontal.size, &best, &choice)
            }
            store(best, y, row, position, column)
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
  maps: Int, channels: Int, _ d: MapInput, choices: UnsafeRawPointer, choicesStride: Int,
  _ dx: MapOutput, axes: PoolingAxes
) {
  let (vertical, horizontal) = axes
  let isApart = vertical.size <= vertical.stride && horizontal.size <= horizontal.stride
  let width = vectors(channels) * lanes
  let isWhole = width <= d.place.floats && width <= dx.place.floats
  let byPairs = isWhole && arePairs(vertical) && arePairs(horizontal)
  for map in 0..<maps {
    let (d, dx) = (one(map, of: d), one(map, of: dx))
    let choices = choices + 4 * map * choicesStride
    if byPairs {
      spreadMaximaOfPairs(channels, d, choices, dx, vertical.output, horizontal.output)
      clearBetween(channels, dx, axes)
    } else if isApart {
      spreadMaxima(channels, d, choices, dx, axes)
      clearBetween(channels, dx, axes)
    } else {
      collectMaxima(channels, d, choices, dx, axes)
    }
  }
}

/// Windows that do not overlap: each writes its pixels.
@inline(__always) func spreadMaxima(
  _ channels: Int, _ d: MapInput, _ choices: UnsafeRawPointer, _ dx: MapOutput,
  _ axes: PoolingAxes
) {
  let (vertical, horizontal) = axes
  let shift = choiceShift(vertical.size * horizontal.size)
  let width = vectors(channels) * lanes
  let words = (horizontal.output + (1 &<< (5 - shift)) - 1) &>> (5 - shift)
  for row in 0..<vertical.output {
    let (top, bottom) = places(vertical, at: row)
    for position in 0..<horizontal.output {
      let (left, right) = places(horizontal, at: position)
      let start =
        dx.base + (row * vertical.stride - vertical.before) * dx.place.line
        + (position * horizontal.stride - horizontal.before) * dx.place.pixel
      for vector in 0..<vectors(channels) {
        let column = vector * lanes
        let own = load(d, row, position, column)
        let choice = choice(
          choices + 4 * row * words * width, column, position, shift, width)
        for i in top..<bottom {
          for j in left..<right {
            store(
              value(own, where: choice, is: i * horizontal.size + j),
              start + i * dx.place.line + j * dx.place.pixel, column, of: dx.place.floats)
          }
        }
      }
    }
  }
}

/// Windows that overlap: each pixel collects from those that cover it.
@inline(__always) func collectMaxima(
  _ channels: Int, _ d: MapInput, _ choices: UnsafeRawPointer, _ dx: MapOutput,
  _ axes: PoolingAxes
) {
  let (vertical, horizontal) = axes
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
            let own = load(d, i, j, column)
            sum += value(
              own, where: choice(choices + 4 * i * words * width, column, j, shift, width),
              is: line + position - j * horizontal.stride + horizontal.before)
            j += 1
          }
          i += 1
        }
        store(sum, dx, row, position, column)
      }
    }
  }
}
