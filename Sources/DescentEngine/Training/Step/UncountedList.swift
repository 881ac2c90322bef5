/// Objects in a fixed order, used without their references being counted: a count costs as much as several steps of a kernel,
/// and as much again for every worker that counts the same one.
final class UncountedList<Object: AnyObject> {
  private let objects: [Object]
  private let references: UnsafeMutablePointer<Unmanaged<Object>>

  init(_ objects: [Object]) {
    self.objects = objects
    references = .allocate(capacity: objects.count)
    for (index, object) in objects.enumerated() {
      (references + index).initialize(to: .passUnretained(object))
    }
  }

  deinit { references.deallocate() }

  var count: Int { objects.count }

  /// Calls with the object of that number, which the list keeps alive.
  @inline(__always)
  func with<Result>(_ index: Int, _ body: (Object) -> Result) -> Result {
    references[index]._withUnsafeGuaranteedRef(body)
  }
}
