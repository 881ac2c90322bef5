/// Pooling by windows of 2 × 2 that touch and reach beyond no border: what nearly all networks pool by, in a few instructions
/// a window. Values and choices are those of any window.

/// Whether windows along an axis are of two, side by side, all of them inside.
@inline(__always) func arePairs(_ axis: PoolingAxis) -> Bool {
  axis.size == 2 && axis.stride == 2 && axis.before == 0 && 2 * axis.output <= axis.input
}

/// Outputs whose choices, two bits each, a word holds.
@inline(__always) var pairsPerWord: Int { 16 }

/// One map's largest values, and for each the number of its place where it `isNoted`, a literal.
@inline(__always) func maximaOfPairs(
  _ channels: Int, _ x: MapInput, _ y: MapOutput, _ choices: UnsafeMutableRawPointer,
  isNoted: Bool, _ rows: Int, _ positions: Int
) {
  let width = vectors(channels) * lanes
  let (right, below) = (x.place.pixel, x.place.line)
  var words = choices
  for row in 0..<rows {
    var first = 0
    while first < positions {
      let count = positions - first < pairsPerWord ? positions - first : pairsPerWord
      var column = 0
      while column < width {
        var from = x.base + 2 * row * x.place.line + 2 * first * x.place.pixel + column
        var to = y.base + row * y.place.line + first * y.place.pixel + column
        var chosen = VU.zero
        var shift: UInt32 = 0
        var left = count
        while left > 0 {
          var best = load(from)
          var choice = VU.zero
          take(load(from + right), 1, &best, &choice)
          take(load(from + below), 2, &best, &choice)
          take(load(from + below + right), 3, &best, &choice)
          store(best, to)
          if isNoted {
            chosen |= choice &<< VU(repeating: shift)
            shift += 2
          }
          from += 2 * right
          to += y.place.pixel
          left -= 1
        }
        if isNoted { words.storeBytes(of: chosen, toByteOffset: 4 * column, as: VU.self) }
        column += lanes
      }
      words += 4 * width
      first += pairsPerWord
    }
  }
}

/// One map's gradient: each window's stands at the place that was chosen, and zeros at the three others.
@inline(__always) func spreadMaximaOfPairs(
  _ channels: Int, _ d: MapInput, _ choices: UnsafeRawPointer, _ dx: MapOutput, _ rows: Int,
  _ positions: Int
) {
  let width = vectors(channels) * lanes
  let (right, below) = (dx.place.pixel, dx.place.line)
  let places = VU(repeating: 3)
  var words = choices
  for row in 0..<rows {
    var first = 0
    while first < positions {
      let count = positions - first < pairsPerWord ? positions - first : pairsPerWord
      var column = 0
      while column < width {
        var chosen = words.loadUnaligned(fromByteOffset: 4 * column, as: VU.self)
        var from = d.base + row * d.place.line + first * d.place.pixel + column
        var to = dx.base + 2 * row * dx.place.line + 2 * first * dx.place.pixel + column
        var left = count
        while left > 0 {
          let own = load(from)
          let choice = chosen & places
          store(value(own, where: choice, is: 0), to)
          store(value(own, where: choice, is: 1), to + right)
          store(value(own, where: choice, is: 2), to + below)
          store(value(own, where: choice, is: 3), to + below + right)
          chosen = chosen &>> VU(repeating: 2)
          from += d.place.pixel
          to += 2 * right
          left -= 1
        }
        column += lanes
      }
      words += 4 * width
      first += pairsPerWord
    }
  }
}
