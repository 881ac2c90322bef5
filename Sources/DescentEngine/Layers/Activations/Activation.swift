/// An activation function, applied element by element or (softmax) row by row.
public protocol Activation: ConfigComponent {
  /// y = f(z), in place.
  func apply(_ y: Matrix, kernels: KernelSet)
  /// ∂cost/∂z from ∂cost/∂y, in place, given the output y; given z in its place where `needsInput`.
  func differentiate(_ d: Matrix, output y: Matrix, kernels: KernelSet)
  /// Whether the derivative is a function of z rather than of y. Layers then keep z in training.
  var needsInput: Bool { get }
  /// The function in Keras' terms: its name, or an object.
  var keras: ConfigValue { get }
  /// Whether no element of y depends on another element of z, so that large layers may share their work by columns.
  var isElementwise: Bool { get }
  /// Whether a matrix product can apply it on the way out: max(0, ·).
  var isRectifier: Bool { get }
  /// Whether it does nothing.
  var isIdentity: Bool { get }
}

extension Activation {
  public var keras: ConfigValue { .string(Self.kind) }
  public var needsInput: Bool { false }
  public var isElementwise: Bool { false }
  public var isRectifier: Bool { false }
  public var isIdentity: Bool { false }
}
