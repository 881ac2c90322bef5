import CHDF5
import Foundation

/// The way into libhdf5: one lock around every call, whatever threads they come from.
enum Library {
  private static let lock = NSRecursiveLock()

  /// Sets the library up, once, under the lock.
  private static let ready: Void = {
    // At exit the library would write to files that are still open, and can hang or crash on those
    // whose writes have failed. Files are closed by their owners instead.
    _ = H5dont_atexit()
    _ = H5open()
    // A file must not be able to name code to load.
    _ = H5PLset_loading_state(0)
  }()

  /// Runs `body` with the library to itself. Calls may be nested.
  static func locked<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    lock.lock()
    defer { lock.unlock() }
    ready
    // Some builds keep this setting for each thread, so that setting it once would not do.
    _ = H5Eset_auto2(chdf5_error_stack(), nil, nil)
    return try body()
  }
}

/// Facts about the HDF5 library in use.
public enum HDF5Library {
  /// The version, such as `1.10.8`.
  public static var version: String {
    var (major, minor, release): (UInt32, UInt32, UInt32) = (0, 0, 0)
    Library.locked { _ = H5get_libversion(&major, &minor, &release) }
    return "\(major).\(minor).\(release)"
  }
}
