/// What stands around a feature map for a window that reaches beyond it.
public enum SpatialPadding: String, Sendable, CaseIterable {
  /// Nothing: the window stays inside.
  case valid
  /// As many zeros as make the output ⌈input/stride⌉ long, where the number is odd one more behind than before: what
  /// TensorFlow and Keras mean by it.
  case same
}
