extension KernelSet {
  /// An activation function: what it does to z in place, and to ∂cost/∂y in place, given y or, where
  /// `needsInput`, given z.
  public enum Activation: Sendable, Hashable {
    case rectify, sigmoid, tanh, softmax
    /// z where z > 0, slope·z below; a slope of at least 0.
    case leaky(slope: Float)
    /// scale·z + offset, kept between low and high.
    case clip(scale: Float, offset: Float, low: Float, high: Float)
    /// scale·z where z > 0, alpha·(eᶻ − 1) below; an alpha of at least 0.
    case elu(scale: Float, alpha: Float)
    case softsign, exponential, softplus, logSoftmax, silu, hardSilu, gelu, approximateGelu, mish

    /// Whether the derivative is a function of z rather than of y.
    public var needsInput: Bool {
      switch self {
      case .silu, .hardSilu, .gelu, .approximateGelu, .mish: true
      default: false
      }
    }

    /// Whether no element of y depends on another element of z.
    public var isElementwise: Bool {
      switch self {
      case .softmax, .logSoftmax: false
      default: true
      }
    }
  }

  /// y = f(z), in place.
  public func activate(_ y: Matrix, _ function: Activation) {
    switch function {
    case .rectify: table.kernels.rectifyForward(y.rows, y.columns, y.base, y.stride)
    case .sigmoid: table.kernels.sigmoidForward(y.rows, y.columns, y.base, y.stride)
    case .tanh: table.kernels.tanhForward(y.rows, y.columns, y.base, y.stride)
    case .softmax: table.kernels.softmaxForward(y.rows, y.columns, y.base, y.stride)
    case .leaky(let slope): table.kernels.leakyForward(y.rows, y.columns, y.base, y.stride, slope)
    case .clip(let scale, let offset, let low, let high):
      table.kernels.clipForward(y.rows, y.columns, y.base, y.stride, scale, offset, low, high)
    case .elu(let scale, let alpha):
      table.kernels.eluForward(y.rows, y.columns, y.base, y.stride, scale, alpha)
    case .softsign: table.kernels.softsignForward(y.rows, y.columns, y.base, y.stride)
    case .exponential: table.kernels.exponentialForward(y.rows, y.columns, y.base, y.stride)
    case .softplus: table.kernels.softplusForward(y.rows, y.columns, y.base, y.stride)
    case .logSoftmax: table.kernels.logSoftmaxForward(y.rows, y.columns, y.base, y.stride)
    case .silu: table.kernels.siluForward(y.rows, y.columns, y.base, y.stride)
    case .hardSilu: table.kernels.hardSiluForward(y.rows, y.columns, y.base, y.stride)
    case .gelu: table.kernels.geluForward(y.rows, y.columns, y.base, y.stride)
    case .approximateGelu: table.kernels.approximateGeluForward(y.rows, y.columns, y.base, y.stride)
    case .mish: table.kernels.mishForward(y.rows, y.columns, y.base, y.stride)
    }
  }

  /// d = ∂cost/∂z from d = ∂cost/∂y, in place.
  ///
  /// - Parameter y: the output, or the input z of a function that `needsInput`.
  public func differentiate(_ d: Matrix, output y: Matrix, _ function: Activation) {
    let (rows, columns) = (d.rows, d.columns)
    switch function {
    case .rectify: table.kernels.rectifyBackward(rows, columns, d.base, d.stride, y.base, y.stride)
    case .sigmoid: table.kernels.sigmoidBackward(rows, columns, d.base, d.stride, y.base, y.stride)
    case .tanh: table.kernels.tanhBackward(rows, columns, d.base, d.stride, y.base, y.stride)
    case .softmax: table.kernels.softmaxBackward(rows, columns, d.base, d.stride, y.base, y.stride)
    case .leaky(let slope):
      table.kernels.leakyBackward(rows, columns, d.base, d.stride, y.base, y.stride, slope)
    case .clip(let scale, _, let low, let high):
      table.kernels.clipBackward(
        rows, columns, d.base, d.stride, y.base, y.stride, scale, low, high)
    case .elu(let scale, let alpha):
      table.kernels.eluBackward(rows, columns, d.base, d.stride, y.base, y.stride, scale, alpha)
    case .softsign:
      table.kernels.softsignBackward(rows, columns, d.base, d.stride, y.base, y.stride)
    case .exponential:
      table.kernels.exponentialBackward(rows, columns, d.base, d.stride, y.base, y.stride)
    case .softplus:
      table.kernels.softplusBackward(rows, columns, d.base, d.stride, y.base, y.stride)
    case .logSoftmax:
      table.kernels.logSoftmaxBackward(rows, columns, d.base, d.stride, y.base, y.stride)
    case .silu: table.kernels.siluBackward(rows, columns, d.base, d.stride, y.base, y.stride)
    case .hardSilu:
      table.kernels.hardSiluBackward(rows, columns, d.base, d.stride, y.base, y.stride)
    case .gelu: table.kernels.geluBackward(rows, columns, d.base, d.stride, y.base, y.stride)
    case .approximateGelu:
      table.kernels.approximateGeluBackward(rows, columns, d.base, d.stride, y.base, y.stride)
    case .mish: table.kernels.mishBackward(rows, columns, d.base, d.stride, y.base, y.stride)
    }
  }

  /// y = eˣ and y = ln x over the first row of each.
  func exponentials(_ x: Matrix, into y: Matrix) {
    table.kernels.exponentials(x.columns, x.base, y.base)
  }
  func logarithms(_ x: Matrix, into y: Matrix) {
    table.kernels.logarithms(x.columns, x.base, y.base)
  }
}
