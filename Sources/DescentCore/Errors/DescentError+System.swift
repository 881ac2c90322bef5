import Foundation

extension DescentError {
  /// What a call of the system failed with.
  ///
  /// - Parameters:
  ///   - code: the call's `errno`.
  ///   - problem: what could not be done.
  ///   - creating: whether a file or folder was to be created. It is another matter where there is no way to it, or no right
  ///     to write there, than where a disk is full or fails.
  package init(system code: Int32, _ problem: String, at path: String, creating: Bool = false) {
    guard !path.utf8.contains(0) else {
      self.init(
        creating ? .cannotCreate : .inputOutput, "\(problem): the path has a NUL character in it",
        at: path, advice: "name a file or a folder without")
      return
    }
    let isOfDisk = [ENOSPC, EDQUOT, EFBIG, EIO].contains(code)
    let advice: String? =
      switch code {
      case ENOSPC: "make room on the disk"
      case EDQUOT: "make room: your share of the disk is used up"
      case EFBIG: "raise the limit on the size of files (ulimit -f)"
      default: nil
      }
    self.init(
      creating && !isOfDisk ? .cannotCreate : .inputOutput,
      "\(problem): \(String(cString: strerror(code)))", at: path, advice: advice)
  }

  /// The system gives no memory for a part of what, as a whole, was found to fit.
  public static func exhausted(bytes: Int) -> DescentError {
    DescentError(
      .invalidInput, "the system gives no more memory: \(MachineMemory.words(bytes)) are wanted",
      advice: "use fewer units, a smaller batch or fewer rows, or end other programs")
  }
}
