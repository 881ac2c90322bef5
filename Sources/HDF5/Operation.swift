import CHDF5
import Foundation

/// One thing being done to one object: turns the library's failures and our own findings into errors.
struct Operation {
  let verb: String
  let file: String
  let object: String?

  /// The status if it is not negative, which is how libhdf5 says that a call failed.
  @discardableResult
  func check<Status: SignedInteger>(_ status: Status) throws(HDF5Error) -> Status {
    guard status >= 0 else { throw libraryFailure() }
    return status
  }

  /// A type or a list of properties that has just been made and is then set up; closed where that fails.
  func made(
    _ id: hid_t, closedBy close: (hid_t) -> herr_t, _ isSet: (hid_t) -> Bool
  ) throws(HDF5Error) -> hid_t {
    try check(id)
    guard isSet(id) else {
      let failure = libraryFailure()
      _ = close(id)
      throw failure
    }
    return id
  }

  /// An error found on this side of the library.
  func failure(_ message: String, systemError: Int32? = nil) -> HDF5Error {
    HDF5Error(
      operation: verb, file: file, object: object, message: message, systemError: systemError,
      libraryMessages: [])
  }

  /// The error that the library's stack tells of. To be called before any other call to it.
  func libraryFailure() -> HDF5Error {
    let messages = Self.errorStack()
    let systemError = messages.lazy.compactMap(Self.systemError(in:)).first
    let message: String
    if let systemError {
      // libhdf5's own line carries the time and addresses, which differ from run to run.
      message = String(cString: strerror(systemError))
    } else if let innermost = messages.first {
      message = innermost
    } else {
      message = "the HDF5 library gave no reason"
    }
    return HDF5Error(
      operation: verb, file: file, object: object, message: message, systemError: systemError,
      libraryMessages: messages)
  }

  /// The calling thread's error stack, innermost call first.
  private static func errorStack() -> [String] {
    var messages: [String] = []
    withUnsafeMutablePointer(to: &messages) { pointer in
      _ = H5Ewalk2(
        chdf5_error_stack(), H5E_WALK_UPWARD,
        { _, entry, context in
          if let text = entry?.pointee.desc {
            context?.assumingMemoryBound(to: [String].self).pointee.append(String(cString: text))
          }
          return 0
        }, pointer)
    }
    return messages
  }

  /// The number after `errno = `, as libhdf5's file driver reports failed system calls.
  private static func systemError(in message: String) -> Int32? {
    guard let label = message.range(of: "errno = ") else { return nil }
    return Int32(message[label.upperBound...].prefix { $0.isNumber })
  }
}
