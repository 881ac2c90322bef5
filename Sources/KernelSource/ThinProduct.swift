/// A product of one row or two, c = a·b + bias and then max(0, ·) where `rectify` is set.
///
/// B's rows are read one behind the other, as they lie in memory, and their multiples added to the rows of C, which stay in
/// the nearest cache. A tile would read a panel of B across its rows, each element for so few rows that the
/// processor waits for memory: one row through 784-512-512-10 takes half as long this way, through 784-2048-2048-10
/// a third (Zen 3). Chains are those of a tile, to the same bits.
func thinProduct(
  rows: Int, count: Int, depth: Int, a: UnsafePointer<Float>, aStride: Int,
  b: UnsafePointer<Float>, bStride: Int, c: UnsafeMutablePointer<Float>, cStride: Int,
  bias: UnsafePointer<Float>?, rectify: Bool, chain: Int
) {
  let most = thinFloats / rows / lanes
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

/// The most rows of a product that is thin. With three and four, which leave two rows of B to be read at a time, nothing
/// was gained over tiles (Zen 3).
@inline(__always) var thinRows: Int { 2 }

/// What is summed at a time: half of the first-level cache.
@inline(__always) var thinFloats: Int { 4096 }

/// c = a·b over one chain. Eight elements of A are held in registers at a time.
@inline(__always) func thinChain(
  rows: Int, width: Int, steps: Int, a: UnsafePointer<Float>, aStride: Int,
  b: UnsafePointer<Float>, bStride: Int, c: UnsafeMutablePointer<Float>, cStride: Int
) {
  for row in 0..<rows {
    for vector in 0..<width { store(V.zero, c + row * cStride + vector * lanes) }
  }
  let held = 8 / rows
  var step = 0
  while steps - step >= held {
    let (a, b) = (a + step, b + step * bStride)
    if rows == 1 {
      addEightSteps(width: width, a: a, b: b, bStride: bStride, c: c)
    } else {
      addFourSteps(
        width: width, a: a, aStride: aStride, b: b, bStride: bStride, c: c, cStride: cStride)
    }
    step += held
  }
  while step < steps {
    for row in 0..<rows {
      addStep(width: width, a[row * aStride + step], b: b + step * bStride, c: c + row * cStride)
    }
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

/// c += a row of B, times an element of A.
@inline(__always) func addStep(
  width: Int, _ a: Float, b: UnsafePointer<Float>, c: UnsafeMutablePointer<Float>
) {
  let a = V(repeating: a)
  for vector in 0..<width {
    store(multiplyAdd(load(c + vector * lanes), a, load(b + vector * lanes)), c + vector * lanes)
  }
}
