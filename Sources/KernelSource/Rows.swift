import CVector

/// Work on rows: gathering a batch, scaling, dropout, transposition.

/// Shuffled rows lie anywhere in a table larger than the caches: they are asked for some rows early (3 were too few on
/// Zen 5).
@inline(__always) var rowsAhead: Int { 6 }

@inline(__always) func prefetch(_ start: UnsafeRawPointer, _ bytes: Int) {
  for offset in stride(from: 0, to: bytes, by: 64) { descent_prefetch(start + offset) }
}

/// Row i of the batch becomes row `indices[i]` of a table of bytes; `upcoming` rows are named in all. The compiler
/// vectorises the conversion.
public func gatherBytes(
  rows: Int, upcoming: Int, width: Int, indices: UnsafePointer<UInt32>,
  from source: UnsafePointer<UInt8>,
  to batch: UnsafeMutablePointer<Float>, batchStride: Int
) {
  for row in 0..<rows {
    if row + rowsAhead < upcoming {
      prefetch(source + Int(indices[row + rowsAhead]) * width, width)
    }
    let from = source + Int(indices[row]) * width
    let to = batch + row * batchStride
    for column in 0..<width { to[column] = Float(from[column]) }
  }
}

/// Row i of the batch becomes row `indices[i]` of a table of floats; `upcoming` rows are named in all.
public func gatherFloats(
  rows: Int, upcoming: Int, width: Int, indices: UnsafePointer<UInt32>,
  from source: UnsafePointer<Float>,
  to batch: UnsafeMutablePointer<Float>, batchStride: Int
) {
  for row in 0..<rows {
    if row + rowsAhead < upcoming {
      prefetch(
        UnsafeRawPointer(source + Int(indices[row + rowsAhead]) * width),
        width * MemoryLayout<Float>.stride)
    }
    let from = source + Int(indices[row]) * width
    let to = batch + row * batchStride
    for column in 0..<width { to[column] = from[column] }
  }
}

/// y = x·scale + offset
public func scaleRows(_ x: Input, _ y: Output, scale: Float, offset: Float) {
  let offsets = V(repeating: offset)
  let scales = V(repeating: scale)
  fill(y) { row, column in multiplyAdd(offsets, load(x, row, column), scales) }
}

/// y_j = (x_j − shift_j)·scale_j + offset_j; a nil `offset` means 0.
public func normalizeRows(
  _ x: Input, _ y: Output, shift: UnsafePointer<Float>, scale: UnsafePointer<Float>,
  offset: UnsafePointer<Float>?
) {
  fill(y) { row, column in
    let base = if let offset { load(offset + column) } else { V.zero }
    return multiplyAdd(base, load(x, row, column) - load(shift + column), load(scale + column))
  }
}

/// What the hashes of a row's elements have in common.
typealias RowKey = (low: VU, high: VU)

/// The key of a row by its number, so that nothing depends on how rows are grouped.
@inline(__always) func rowKey(_ key: UInt64, _ row: Int) -> RowKey {
  let mixed = mixed(key &+ UInt64(truncatingIfNeeded: row + 1) &* 0x9e37_79b9_7f4a_7c15)
  return (
    VU(repeating: UInt32(truncatingIfNeeded: mixed)),
    VU(repeating: UInt32(truncatingIfNeeded: mixed &>> 32))
  )
}

/// 32 hashed bits for each element of a row from `column` on.
@inline(__always) func hashes(_ key: RowKey, _ column: Int) -> VU {
  let numbers = unsafeBitCast(laneNumbers(), to: VU.self)
  let h = (numbers &+ VU(repeating: UInt32(truncatingIfNeeded: column))) &* 0x9e37_79b1
  return finalized(finalized(h ^ key.low) ^ key.high)
}

/// Keeps or drops each element by a hash of (key, row, column): y = kept ? x·scale : 0.
///
/// An element is dropped where its 32 hashed bits are below `threshold`. `firstRow` is the row's number in
/// the batch. The gradient goes through the same call.
public func dropout(
  _ x: Input, _ y: Output, firstRow: Int, key: UInt64, threshold: UInt32, scale: Float
) {
  for row in 0..<y.rows {
    let key = rowKey(key, firstRow + row)
    let p = x.base + row * x.stride
    let q = y.base + row * y.stride
    for vector in 0..<vectors(y.columns) {
      let column = vector * lanes
      let value = load(p + column) * scale
      store(value.replacing(with: V.zero, where: hashes(key, column) .< threshold), q + column)
    }
  }
}

/// The same for whole channels of feature maps, by a hash of (key, map, channel).
public func dropChannels(
  maps: Int, pixels: Int, channels: Int, _ x: MapInput, _ y: MapOutput, firstMap: Int,
  key: UInt64, threshold: UInt32, scale: Float
) {
  for map in 0..<maps {
    let (x, y) = (one(map, of: x), one(map, of: y))
    let key = rowKey(key, firstMap + map)
    for vector in 0..<vectors(channels) {
      let column = vector * lanes
      let isDropped = hashes(key, column) .< threshold
      for pixel in 0..<pixels {
        let value = load(x, 0, pixel, column) * scale
        store(value.replacing(with: V.zero, where: isDropped), y, 0, pixel, column)
      }
    }
  }
}

/// SplitMix64's finaliser (Steele, Lea & Flood 2014).
@inline(__always) func mixed(_ value: UInt64) -> UInt64 {
  var z = value
  z = (z ^ (z &>> 30)) &* 0xbf58_476d_1ce4_e5b9
  z = (z ^ (z &>> 27)) &* 0x94d0_49bb_1331_11eb
  return z ^ (z &>> 31)
}

/// MurmurHash3's 32-bit finaliser (A. Appleby).
@inline(__always) func finalized(_ value: VU) -> VU {
  var h = value
  h = (h ^ (h &>> 16)) &* 0x85eb_ca6b
  h = (h ^ (h &>> 13)) &* 0xc2b2_ae35
  return h ^ (h &>> 16)
}

/// destination[j, i] = source[i, j], written in whole vectors of both: i past `rows` become zero, j past `columns` what the
/// padding of the source's rows holds. `scratch` holds 2 × lanes² floats.
public func transpose(
  rows: Int, columns: Int, source: UnsafePointer<Float>, sourceStride: Int,
  destination: UnsafeMutablePointer<Float>, destinationStride: Int,
  scratch: UnsafeMutablePointer<Float>
) {
  let half = lanes / 2
  for vector in 0..<vectors(rows) {
    let row = vector * lanes
    for vector in 0..<vectors(columns) {
      let column = vector * lanes
      // Interleaving rows i and i + lanes/2, log₂ lanes times over, transposes a square of vectors.
      var from = scratch
      var to = scratch + lanes * lanes
      if rows - row >= lanes {
        for i in 0..<lanes {
          store(load(source + (row + i) * sourceStride + column), from + i * lanes)
        }
      } else {
        // What lies behind the last row may be another parameter, which another worker is writing.
        for i in 0..<rows - row {
          store(load(source + (row + i) * sourceStride + column), from + i * lanes)
        }
        for i in rows - row..<lanes { store(V.zero, from + i * lanes) }
      }
      var rounds = lanes
      while rounds > 1 {
        for i in 0..<half {
          let a = load(from + i * lanes)
          let b = load(from + (i + half) * lanes)
          var mixed = a
          mixed.evenHalf = a.lowHalf
          mixed.oddHalf = b.lowHalf
          store(mixed, to + 2 * i * lanes)
          mixed.evenHalf = a.highHalf
          mixed.oddHalf = b.highHalf
          store(mixed, to + (2 * i + 1) * lanes)
        }
        (from, to) = (to, from)
        rounds /= 2
      }
      for i in 0..<lanes {
        store(load(from + i * lanes), destination + (column + i) * destinationStride + row)
      }
    }
  }
}
