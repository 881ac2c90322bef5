import CVector

/// Vector loads and stores. Rows are padded to whole vectors of the widest instruction set, so that no
/// kernel has a scalar remainder.

/// Rows that a kernel writes, `stride` floats from one to the next.
public typealias Output = (rows: Int, columns: Int, base: UnsafeMutablePointer<Float>, stride: Int)
/// Rows that it reads, as many and as wide as those that it writes.
public typealias Input = (base: UnsafePointer<Float>, stride: Int)

@inline(__always) func load(_ pointer: UnsafePointer<Float>) -> V {
  UnsafeRawPointer(pointer).loadUnaligned(as: V.self)
}

@inline(__always) func load(_ pointer: UnsafeMutablePointer<Float>) -> V {
  UnsafeRawPointer(pointer).loadUnaligned(as: V.self)
}

@inline(__always) func store(_ value: V, _ pointer: UnsafeMutablePointer<Float>) {
  UnsafeMutableRawPointer(pointer).storeBytes(of: value, as: V.self)
}

/// The vector at a row and a column.
@inline(__always) func load(_ x: Input, _ row: Int, _ column: Int) -> V {
  load(x.base + row * x.stride + column)
}

@inline(__always) func load(_ y: Output, _ row: Int, _ column: Int) -> V {
  load(y.base + row * y.stride + column)
}

/// y = value(row, column), a vector at a time.
///
/// A closure that the compiler does not inline is emitted as a weak symbol (`Tests/check-kernel-objects.sh`): it is then made a
/// function within the kernel that is always inlined.
@inline(__always) func fill(_ y: Output, _ value: (_ row: Int, _ column: Int) -> V) {
  for row in 0..<y.rows {
    let p = y.base + row * y.stride
    for vector in 0..<vectors(y.columns) { store(value(row, vector * lanes), p + vector * lanes) }
  }
}

/// Fewer numbers than a vector has, and zeros: nothing behind them is read. Not inlined: what is seldom taken would need the
/// registers of all loops.
@inline(never) func loadPart(_ pointer: UnsafePointer<Float>, _ count: Int) -> V {
  var value = V.zero
  for lane in 0..<count { value[lane] = pointer[lane] }
  return value
}

/// The thread's own memory for what a kernel copies, `descent_scratch_floats`. Not inlined: it would stand once in every
/// object that names it.
@inline(never) func scratch() -> UnsafeMutablePointer<Float> { descent_scratch() }

/// The same memory for words.
@inline(__always) func scratchWords() -> UnsafeMutablePointer<UInt32> {
  UnsafeMutableRawPointer(scratch()).bindMemory(
    to: UInt32.self, capacity: Int(descent_scratch_floats))
}

@inline(__always) var lanes: Int { V.scalarCount }

/// The vectors that hold so many elements. Loops count vectors rather than stride over elements: the standard
/// library's strides can be emitted as weak symbols.
@inline(__always) func vectors(_ count: Int) -> Int { (count + lanes - 1) / lanes }

/// 0, 1, 2, … in the lanes.
@inline(__always) func laneNumbers() -> VI {
  var numbers = VI.zero
  for lane in 0..<VI.scalarCount { numbers[lane] = Int32(lane) }
  return numbers
}

/// The larger of each pair of lanes; `pointwiseMax` compiles to scalar code.
@inline(__always) func maximum(_ a: V, _ b: V) -> V { a.replacing(with: b, where: b .> a) }

@inline(__always) func minimum(_ a: V, _ b: V) -> V { a.replacing(with: b, where: b .< a) }

// The lanes' sum and maximum are taken by halves. The standard library's reductions would be emitted as weak
// symbols, which the linker may then use for code that runs on lesser processors.

@inline(__always) func sum(_ v: SIMD4<Float>) -> Float { (v[0] + v[2]) + (v[1] + v[3]) }

@inline(__always) func largest(_ v: SIMD4<Float>) -> Float {
  let a = v[0] > v[2] ? v[0] : v[2]
  let b = v[1] > v[3] ? v[1] : v[3]
  return a > b ? a : b
}
