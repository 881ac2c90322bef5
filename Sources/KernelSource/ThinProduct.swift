import CVector

/// A product of one row, of two, or of a few with a wide kernel: c = a·b + bias and then max(0, ·) where `rectify` is set.
///
/// B's rows are read one behind the other, as they lie in memory, and their multiples added to the rows of C, which stay in
/// the nearest caches. A tile would read a panel of B across its rows, each element for so few rows that the processor
/// waits for memory, which comes slowly in pieces of a line or two: one row through 784-512-512-10 takes half as long
/// this way, through 784-2048-2048-10 a third, and four rows through the latter half as long (Zen 3). Chains are those
/// of a tile, to the same bits.
func thinProduct(
  rows: Int, count: Int, depth: Int, a: UnsafePointer<Float>, aStride: Int,
  b: UnsafePointer<Float>, bStride: Int, c: UnsafeMutablePointer<Float>, cStride: Int,
  bias: UnsafePointer<Float>?, rectify: Bool, chain: Int
) {
  // What is summed at a time: of one row half of the first-level cache; of several, whose B is read more slowly the shorter
  // its pieces are, an eighth of a second-level cache of 512 KB.
  let most = (rows == 1 ? 4096 : 16384) / rows / lanes
  var vector = 0
  while vector < count {
    let width = count - vector < most ? count - vector : most
    let column = vector * lanes
    let sums = c + column
    var start = 0
    while start < depth {
      let steps = chain < depth - start ? chain : depth - start
      let (a, b) = (a + start, b + start * bStride + column)
      if start == 0 {
        thinChain(
          rows: rows, width: width, steps: steps, a: a, aStride: aStride, b: b, bStride: bStride,
          c: sums, cStride: cStride)
      } else {
        let part = scratch()
        thinChain(
          rows: rows, width: width, steps: steps, a: a, aStride: aStride, b: b, bStride: bStride,
          c: part, cStride: width * lanes)
        for row in 0..<rows {
          for vector in 0..<width {
            let p = sums + row * cStride + vector * lanes
            store(load(p) + load(part + (row * width + vector) * lanes), p)
          }
        }
      }
      start += steps
    }
    finish(
      rows: rows, width: width, c: sums, cStride: cStride, bias: bias.map { $0 + column },
      rectify: rectify)
    vector += width
  }
}

/// Whether so few rows, times B of so many vectors, go this way. One tile's width leaves no more to read than a tile does;
/// from three rows on, kernels that are in a cache are read as fast by tiles. Those that come from memory are not up to 12
/// rows, and in pieces of 1024 columns up to 8 (Zen 3).
@inline(__always) func isThin(rows: Int, count: Int, depth: Int, bStride: Int) -> Bool {
  if rows <= 2 { return rows > 0 && count > tileVectors }
  let columns = count * lanes
  return rows <= 12 && columns >= 1024 && 128 * rows <= columns && depth * bStride >= 3 << 19
}

/// c = a·b over one chain, so many steps at a time.
@inline(__always) func thinChain(
  rows: Int, width: Int, steps: Int, a: UnsafePointer<Float>, aStride: Int,
  b: UnsafePointer<Float>, bStride: Int, c: UnsafeMutablePointer<Float>, cStride: Int
) {
  for row in 0..<rows {
    for vector in 0..<width { store(V.zero, c + row * cStride + vector * lanes) }
  }
  let atOnce = rows == 1 ? 8 : rows == 2 ? 4 : 6
  var step = 0
  while steps - step >= atOnce {
    let (a, b) = (a + step, b + step * bStride)
    if rows == 1 {
      addEightSteps(width: width, a: a, b: b, bStride: bStride, c: c)
    } else if rows == 2 {
      addFourSteps(
        width: width, a: a, aStride: aStride, b: b, bStride: bStride, c: c, cStride: cStride)
    } else {
      addSixSteps(
        rows: rows, pairs: width >> 1, a: a, aStride: aStride, b: b, bStride: bStride, c: c,
        cStride: cStride)
      if width & 1 == 1 {
        let last = (width - 1) * lanes
        for step in 0..<atOnce {
          addStep(
            rows: rows, width: 1, a: a + step, aStride: aStride, b: b + step * bStride + last,
            c: c + last, cStride: cStride)
        }
      }
    }
    step += atOnce
  }
  while step < steps {
    addStep(
      rows: rows, width: width, a: a + step, aStride: aStride, b: b + step * bStride, c: c,
      cStride: cStride)
    step += 1
  }
}

/// c += eight rows of B, times as many elements of a row of A.
@inline(never) func addEightSteps(
  width: Int, a: UnsafePointer<Float>, b: UnsafePointer<Float>, bStride: Int,
  c: UnsafeMutablePointer<Float>
) {
  let a0 = V(repeating: a[0])
  let a1 = V(repeating: a[1])
  let a2 = V(repeating: a[2])
  let a3 = V(repeating: a[3])
  let a4 = V(repeating: a[4])
  let a5 = V(repeating: a[5])
  let a6 = V(repeating: a[6])
  let a7 = V(repeating: a[7])
  var (b, c) = (b, c)
  for _ in 0..<width {
    var sum = load(c)
    sum = multiplyAdd(sum, a0, load(b))
    sum = multiplyAdd(sum, a1, load(b + bStride))
    sum = multiplyAdd(sum, a2, load(b + 2 * bStride))
    sum = multiplyAdd(sum, a3, load(b + 3 * bStride))
    sum = multiplyAdd(sum, a4, load(b + 4 * bStride))
    sum = multiplyAdd(sum, a5, load(b + 5 * bStride))
    sum = multiplyAdd(sum, a6, load(b + 6 * bStride))
    sum = multiplyAdd(sum, a7, load(b + 7 * bStride))
    store(sum, c)
    b += lanes
    c += lanes
  }
}

/// Two rows of C += four rows of B, times as many elements of two rows of A.
@inline(never) func addFourSteps(
  width: Int, a: UnsafePointer<Float>, aStride: Int, b: UnsafePointer<Float>, bStride: Int,
  c: UnsafeMutablePointer<Float>, cStride: Int
) {
  let a00 = V(repeating: a[0])
  let a01 = V(repeating: a[1])
  let a02 = V(repeating: a[2])
  let a03 = V(repeating: a[3])
  let a10 = V(repeating: a[aStride])
  let a11 = V(repeating: a[aStride + 1])
  let a12 = V(repeating: a[aStride + 2])
  let a13 = V(repeating: a[aStride + 3])
  var (b, c) = (b, c)
  for _ in 0..<width {
    let (b0, b1) = (load(b), load(b + bStride))
    let (b2, b3) = (load(b + 2 * bStride), load(b + 3 * bStride))
    var sum0 = load(c)
    var sum1 = load(c + cStride)
    sum0 = multiplyAdd(sum0, a00, b0)
    sum1 = multiplyAdd(sum1, a10, b0)
    sum0 = multiplyAdd(sum0, a01, b1)
    sum1 = multiplyAdd(sum1, a11, b1)
    sum0 = multiplyAdd(sum0, a02, b2)
    sum1 = multiplyAdd(sum1, a12, b2)
    sum0 = multiplyAdd(sum0, a03, b3)
    sum1 = multiplyAdd(sum1, a13, b3)
    store(sum0, c)
    store(sum1, c + cStride)
    b += lanes
    c += lanes
  }
}

/// Rows of C += six rows of B, times as many elements of each row of A. Two vectors of each of the six are held in registers
/// while all rows of A pass by. Meanwhile the six after next are asked for: three rows of A on two cores take two thirds of the
/// time for it. With four rows of B, C is read and written so often that it takes half as long again; two rows of A
/// alone are faster held in registers themselves (Zen 3).
@inline(never) func addSixSteps(
  rows: Int, pairs: Int, a: UnsafePointer<Float>, aStride: Int, b: UnsafePointer<Float>,
  bStride: Int, c: UnsafeMutablePointer<Float>, cStride: Int
) {
  var (b, c) = (b, c)
  for _ in 0..<pairs {
    let b0 = loadPair(b)
    let b1 = loadPair(b + bStride)
    let b2 = loadPair(b + 2 * bStride)
    let b3 = loadPair(b + 3 * bStride)
    let b4 = loadPair(b + 4 * bStride)
    let b5 = loadPair(b + 5 * bStride)
    for row in 12..<18 {
      descent_prefetch(b + row * bStride)
      if 2 * lanes > 16 { descent_prefetch(b + row * bStride + 16) }
    }
    var (a, row) = (a, c)
    for _ in 0..<rows {
      var sums = loadPair(row)
      add(a[0], b0, to: &sums)
      add(a[1], b1, to: &sums)
      add(a[2], b2, to: &sums)
      add(a[3], b3, to: &sums)
      add(a[4], b4, to: &sums)
      add(a[5], b5, to: &sums)
      store(sums.0, row)
      store(sums.1, row + lanes)
      a += aStride
      row += cStride
    }
    b += 2 * lanes
    c += 2 * lanes
  }
}

@inline(__always) func loadPair(_ p: UnsafePointer<Float>) -> (V, V) { (load(p), load(p + lanes)) }

/// sums += a·b
@inline(__always) func add(_ a: Float, _ b: (V, V), to sums: inout (V, V)) {
  let a = V(repeating: a)
  sums.0 = multiplyAdd(sums.0, a, b.0)
  sums.1 = multiplyAdd(sums.1, a, b.1)
}

/// Rows of C += a row of B, times an element of each row of A.
@inline(__always) func addStep(
  rows: Int, width: Int, a: UnsafePointer<Float>, aStride: Int, b: UnsafePointer<Float>,
  c: UnsafeMutablePointer<Float>, cStride: Int
) {
  for row in 0..<rows {
    let a = V(repeating: a[row * aStride])
    for vector in 0..<width {
      let p = c + row * cStride + vector * lanes
      store(multiplyAdd(load(p), a, load(b + vector * lanes)), p)
    }
  }
}
