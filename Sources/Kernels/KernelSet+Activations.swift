extension KernelSet {
  /// An activation function: what it does to z in place, and to ∂cost/∂y in place, given y.
  public enum Activation: Sendable { case rectify, sigmoid, tanh, softmax }

  /// y = f(z), in place.
  public func activate(_ y: Matrix, _ function: Activation) {
    switch function {
    case .rectify: table.rectifyForward(y.rows, y.columns, y.base, y.stride)
    case .sigmoid: table.sigmoidForward(y.rows, y.columns, y.base, y.stride)
    case .tanh: table.tanhForward(y.rows, y.columns, y.base, y.stride)
    case .softmax: table.softmaxForward(y.rows, y.columns, y.base, y.stride)
    }
  }

  /// d = ∂cost/∂z from d = ∂cost/∂y, in place.
  public func differentiate(_ d: Matrix, output y: Matrix, _ function: Activation) {
    switch function {
    case .rectify: table.rectifyBackward(d.rows, d.columns, d.base, d.stride, y.base, y.stride)
    case .sigmoid: table.sigmoidBackward(d.rows, d.columns, d.base, d.stride, y.base, y.stride)
    case .tanh: table.tanhBackward(d.rows, d.columns, d.base, d.stride, y.base, y.stride)
    case .softmax: table.softmaxBackward(d.rows, d.columns, d.base, d.stride, y.base, y.stride)
    }
  }

  /// y = eˣ and y = ln x over the first row of each.
  func exponentials(_ x: Matrix, into y: Matrix) { table.exponentials(x.columns, x.base, y.base) }
  func logarithms(_ x: Matrix, into y: Matrix) { table.logarithms(x.columns, x.base, y.base) }
}
