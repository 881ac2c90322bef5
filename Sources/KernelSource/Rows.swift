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
public func scaleRows(
  rows: Int, columns: Int, x: UnsafePointer<Float>, xStride: Int, y: UnsafeMutablePointer<Float>,
  yStride: Int, scale: Float, offset: Float
) {
  let offsets = V(repeating: offset)
  let scales = V(repeating: scale)
  for row in 0..<rows {
    for vector in 0..<vectors(columns) {
      let column = vector * lanes
      store(
        multiplyAdd(offsets, load(x + row * xStride + column), scales), y + row * yStride + column)
    }
  }
}

/// y_j = (x_j − shift_j)·scale_j + offset_j; a nil `offset` means 0.
public func normalizeRows(
  rows: Int, columns: Int, x: UnsafePointer<Float>, xStride: Int, y: UnsafeMutablePointer<Float>,
  yStride: Int, shift: UnsafePointer<Float>, scale: UnsafePointer<Float>,
  offset: UnsafePointer<Float>?
) {
  for row in 0..<rows {
    let p = x + row * xStride
    let q = y + row * yStride
    for vector in 0..<vectors(columns) {
      let column = vector * lanes
      let base = offset.map { load($0 + column) } ?? V.zero
      store(
        multiplyAdd(base, load(p + column) - load(shift + column), load(scale + column)),
        q + column)
    }
  }
}

/// Keeps or drops each element by a hash of (key, row, column): y = kept ? x·scale : 0.
///
/// An element is dropped where its 32 hashed bits are below `threshold`. `firstRow` is the row's number in
/// the batch, so the mask does not depend on how rows are grouped. The gradient goes through the same call.
public func dropout(
  rows: Int, columns: Int, x: UnsafePointer<Float>, xStride: Int, y: UnsafeMutablePointer<Float>,
  yStride: Int, firstRow: Int, key: UInt64, threshold: UInt32, scale: Float
) {
  let numbers = unsafeBitCast(laneNumbers(), to: VU.self)
  for row in 0..<rows {
    let rowKey = mixed(
      key &+ UInt64(truncatingIfNeeded: firstRow + row + 1) &* 0x9e37_79b9_7f4a_7c15)
    let low = VU(repeating: UInt32(truncatingIfNeeded: rowKey))
    let high = VU(repeating: UInt32(truncatingIfNeeded: rowKey &>> 32))
    let p = x + row * xStride
    let q = y + row * yStride
    for vector in 0..<vectors(columns) {
      let column = vector * lanes
      var h = (numbers &+ VU(repeating: UInt32(truncatingIfNeeded: column))) &* 0x9e37_79b1
      h = finalized(h ^ low)
      h = finalized(h ^ high)
      let value = load(p + column) * scale
      store(value.replacing(with: V.zero, where: h .< threshold), q + column)
    }
  }
}

/// The same for whole channels of feature maps, by a hash of (key, map, channel).
public func dropChannels(
  maps: Int, pixels: Int, channels: Int, x: UnsafePointer<Float>, xPlace: MapPlace,
  y: UnsafeMutablePointer<Float>, yPlace: MapPlace, firstMap: Int, key: UInt64,
  threshold: UInt32, scale: Float
) {
  let numbers = unsafeBitCast(laneNumbers(), to: VU.self)
  for map in 0..<maps {
    let mapKey = mixed(
      key &+ UInt64(truncatingIfNeeded: firstMap + map + 1) &* 0x9e37_79b9_7f4a_7c15)
    let low = VU(repeating: UInt32(truncatingIfNeeded: mapKey))
    let high = VU(repeating: UInt32(truncatingIfNeeded: mapKey &>> 32))
    for vector in 0..<vectors(channels) {
      let column = vector * lanes
      var h = (numbers &+ VU(repeating: UInt32(truncatingIfNeeded: column))) &* 0x9e37_79b1
      h = finalized(h ^ low)
      h = finalized(h ^ high)
      let isDropped = h .< threshold
      for pixel in 0..<pixels {
        let value =
          load(x + map * xPlace.map + pixel * xPlace.pixel, column, of: xPlace.floats) * scale
        store(
          value.replacing(with: V.zero, where: isDropped),
          y + map * yPlace.map + pixel * yPlace.pixel, column, of: yPlace.floats)
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
