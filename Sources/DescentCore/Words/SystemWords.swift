import Foundation

extension Error {
  /// What the system says of a call of its own that failed under Foundation's, in place of Foundation's "error 512".
  package var systemWords: String {
    var error = self as NSError
    while error.domain != NSPOSIXErrorDomain {
      guard let cause = error.userInfo[NSUnderlyingErrorKey] as? NSError else {
        return localizedDescription
      }
      error = cause
    }
    return String(cString: strerror(Int32(truncatingIfNeeded: error.code)))
  }
}
