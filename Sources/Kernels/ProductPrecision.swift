/// What the operands of products are rounded to. Sums, weights, gradients, statistics, costs and updates are single precision
/// always.
public enum ProductPrecision: String, Sendable, CaseIterable {
  case float32
  /// The upper half of a single-precision number, 8 bits of its significand: twice the products in the same time on processors
  /// with instructions for it. Layers whose sums have few terms (depthwise convolutions, embeddings) are not rounded.
  case bfloat16
}
