/// Activation functions over rows × columns, in place, and their derivatives.
///
/// `…Forward` turns z into y. `…Backward` turns ∂cost/∂y, in `d`, into ∂cost/∂z, from the output y alone.
/// Padding columns may be written.

// What is mapped are functions that are always inlined rather than closures: one that is not becomes a weak symbol.

@inline(__always) func mapRows(_ y: Output, _ body: (V) -> V) {
  fill(y) { row, column in body(load(y, row, column)) }
}

@inline(__always) func mapRows(_ d: Output, _ y: Input, _ body: (V, V) -> V) {
  fill(d) { row, column in body(load(d, row, column), load(y, row, column)) }
}

@inline(__always) func rectified(_ z: V) -> V { maximum(z, V.zero) }

@inline(__always) func rectifierGradient(_ d: V, _ y: V) -> V {
  V.zero.replacing(with: d, where: y .> 0)
}

@inline(__always) func logisticGradient(_ d: V, _ y: V) -> V { d * (y * (1 - y)) }

@inline(__always) func hyperbolicTangentGradient(_ d: V, _ y: V) -> V { d * (1 - y * y) }

public func rectifyForward(_ y: Output) { mapRows(y, rectified) }

public func rectifyBackward(_ d: Output, _ y: Input) { mapRows(d, y, rectifierGradient) }

public func sigmoidForward(_ y: Output) { mapRows(y, logistic) }

public func sigmoidBackward(_ d: Output, _ y: Input) { mapRows(d, y, logisticGradient) }

public func tanhForward(_ y: Output) { mapRows(y, hyperbolicTangent) }

public func tanhBackward(_ d: Output, _ y: Input) { mapRows(d, y, hyperbolicTangentGradient) }
