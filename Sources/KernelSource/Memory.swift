import CVector

/// Vector loads and stores. Rows are padded to whole vectors of the widest instruction set, so that no
/// kernel has a scalar remainder.

@inline(__always) func load(_ pointer: UnsafePointer<Float>) -> V {
  UnsafeRawPointer(pointer).loadUnaligned(as: V.self)
}

@inline(__always) func load(_ pointer: UnsafeMutablePointer<Float>) -> V {
  UnsafeRawPointer(pointer).loadUnaligned(as: V.self)
}

@inline(__always) func store(_ value: V, _ pointer: UnsafeMutablePointer<Float>) {
  UnsafeMutableRawPointer(pointer).storeBytes(of: value, as: V.self)
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
