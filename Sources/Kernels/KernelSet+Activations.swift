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
    case .rectify: table.kernels.rectifyForward(y.output)
    case .sigmoid: table.kernels.sigmoidForward(y.output)
    case .tanh: table.kernels.tanhForward(y.output)
    case .softmax: table.kernels.softmaxForward(y.output)
    case .leaky(let slope): table.kernels.leakyForward(y.output, slope)
    case .clip(let scale, let offset, let low, let high):
      table.kernels.clipForward(y.output, scale, offset, low, high)
    case .elu(let scale, let alpha): table.kernels.eluForward(y.output, scale, alpha)
    case .softsign: table.kernels.softsignForward(y.output)
    case .exponential: table.kernels.exponentialForward(y.output)
    case .softplus: table.kernels.softplusForward(y.output)
    case .logSoftmax: table.kernels.logSoftmaxForward(y.output)
    case .silu: table.kernels.siluForward(y.output)
    case .hardSilu: table.kernels.hardSiluForward(y.output)
    case .gelu: table.kernels.geluForward(y.output)
    case .approximateGelu: table.kernels.approximateGeluForward(y.output)
    case .mish: table.kernels.mishForward(y.output)
    }
  }

  /// d = ∂cost/∂z from d = ∂cost/∂y, in place.
  ///
  /// - Parameter y: the output, or the input z of a function that `needsInput`.
  public func differentiate(_ d: Matrix, output y: Matrix, _ function: Activation) {
    let (d, y) = (d.output, y.input)
    switch function {
    case .rectify: table.kernels.rectifyBackward(d, y)
    case .sigmoid: table.kernels.sigmoidBackward(d, y)
    case .tanh: table.kernels.tanhBackward(d, y)
    case .softmax: table.kernels.softmaxBackward(d, y)
    case .leaky(let slope): table.kernels.leakyBackward(d, y, slope)
    case .clip(let scale, _, let low, let high):
      table.kernels.clipBackward(d, y, scale, low, high)
    case .elu(let scale, let alpha): table.kernels.eluBackward(d, y, scale, alpha)
    case .softsign: table.kernels.softsignBackward(d, y)
    case .exponential: table.kernels.exponentialBackward(d, y)
    case .softplus: table.kernels.softplusBackward(d, y)
    case .logSoftmax: table.kernels.logSoftmaxBackward(d, y)
    case .silu: table.kernels.siluBackward(d, y)
    case .hardSilu: table.kernels.hardSiluBackward(d, y)
    case .gelu: table.kernels.geluBackward(d, y)
    case .approximateGelu: table.kernels.approximateGeluBackward(d, y)
    case .mish: table.kernels.mishBackward(d, y)
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
