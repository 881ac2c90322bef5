/// Feature maps as kernels meet them.

/// Where maps lie: floats from pixel to pixel, line to line, map to map, and how many from a pixel's first channel on may be
/// read and written. Where another pixel follows at once, these are its channels.
public typealias MapPlace = (pixel: Int, line: Int, map: Int, floats: Int)
/// Maps that a kernel reads, and those that it writes.
public typealias MapInput = (base: UnsafePointer<Float>, place: MapPlace)
public typealias MapOutput = (base: UnsafeMutablePointer<Float>, place: MapPlace)

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

/// One of several maps.
@inline(__always) func one(_ number: Int, of maps: MapInput) -> MapInput {
  (maps.base + number * maps.place.map, maps.place)
}

@inline(__always) func one(_ number: Int, of maps: MapOutput) -> MapOutput {
  (maps.base + number * maps.place.map, maps.place)
}

/// The channels of a map's pixel from `column` on.
@inline(__always) func load(_ x: MapInput, _ line: Int, _ pixel: Int, _ column: Int) -> V {
  load(x.base + line * x.place.line + pixel * x.place.pixel, column, of: x.place.floats)
}

@inline(__always) func store(
  _ value: V, _ y: MapOutput, _ line: Int, _ pixel: Int, _ column: Int
) {
  store(value, y.base + line * y.place.line + pixel * y.place.pixel, column, of: y.place.floats)
}
