import Dispatch
import Synchronization

/// Work on many files, taken by several cores one after the other: what one takes is not known before.
enum FileTasks {
  /// One for each core.
  static var workers: Int { WorkPieces.cores }

  /// The results of tasks, in their order.
  ///
  /// - Throws: what the first of them in their order throws, whatever the cores.
  static func map<Result>(
    _ count: Int, workers: Int, _ task: (Int) throws(DescentError) -> Result
  ) throws(DescentError) -> [Result] {
    let progress = Progress()
    var results = [Result?](repeating: nil, count: count)
    results.withUnsafeMutableBufferPointer { results in
      // Each result is written by whoever took its task, and read when all are done.
      nonisolated(unsafe) let (results, task) = (results, task)
      DispatchQueue.concurrentPerform(iterations: min(workers, count)) { _ in
        while let index = progress.next(below: count) {
          do throws(DescentError) {
            results[index] = try task(index)
          } catch {
            progress.fail(index, error)
          }
        }
      }
    }
    if let error = progress.fault { throw error }
    return results.compactMap(\.self)
  }

  private final class Progress: Sendable {
    private let taken = Atomic<Int>(0)
    private let first = Mutex<(index: Int, error: DescentError)?>(nil)

    var fault: DescentError? { first.withLock { $0?.error } }

    /// The next task; nil where there is none, or one has failed. Those before it are under way then.
    func next(below count: Int) -> Int? {
      guard fault == nil else { return nil }
      let index = taken.wrappingAdd(1, ordering: .relaxed).oldValue
      return index < count ? index : nil
    }

    func fail(_ index: Int, _ error: DescentError) {
      first.withLock { fault in
        if index < fault?.index ?? .max { fault = (index, error) }
      }
    }
  }
}
