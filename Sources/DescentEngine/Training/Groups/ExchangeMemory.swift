/// Memory for an engine's sums, which others may read where it stands.
///
/// All engines that are joined have it laid out alike. What another one has written there may be read once it has said so, and
/// until it is told that it has been.
public final class ExchangeMemory: @unchecked Sendable {
  public let floats: AlignedFloats
  /// By engine, where its memory begins for this one; nil for this one itself, and for one whose memory it cannot read: what
  /// stands there is sent.
  public private(set) var others: [UnsafePointer<Float>?] = []
  /// What the others' memory is there by.
  private var owners: [AnyObject] = []

  public init(_ floats: AlignedFloats) { self.floats = floats }

  /// Memory that nobody else reads.
  public convenience init(count: Int) { self.init(AlignedFloats(count: count)) }

  /// Takes in where others' memory stands.
  ///
  /// - Parameter owners: are kept as long as this is.
  public func join(_ others: [UnsafePointer<Float>?], keeping owners: [AnyObject]) {
    self.others = others
    self.owners = owners
  }

  /// Whether another engine's is read, and this one's by it.
  func reads(_ engine: Int) -> Bool { others.indices.contains(engine) && others[engine] != nil }

  /// Where another engine has what this one has at a place; nil where that cannot be read.
  func place(of own: UnsafeRawPointer, in engine: Int) -> UnsafeRawPointer? {
    guard reads(engine), let other = others[engine] else { return nil }
    return UnsafeRawPointer(other) + (own - UnsafeRawPointer(floats.base))
  }
}
