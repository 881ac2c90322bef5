import CHDF5

extension HDF5Attributes {
  /// The most bytes that a string may have to be stored with a fixed length, within the object's header.
  static let maximumFixedByteCount = 60_000
  /// The most bytes that an array of strings may have in one attribute: the limit that Keras splits at.
  static let maximumArrayByteCount = 64_512
  /// The most bytes that reading an attribute yields unless the caller says otherwise: 64 MiB.
  public static let defaultMaximumByteCount = 64 << 20

  /// Sets an attribute to a string, replacing what was there.
  ///
  /// It is stored as UTF-8 of a fixed length, or of varying length if it has more than 60,000 bytes.
  ///
  /// - Throws: ``HDF5Error`` if the string has a NUL character or the file cannot be written.
  public func set(_ name: String, to value: String) throws(HDF5Error) {
    let operation = node.operation("write attribute", attribute: name)
    try FixedString.checkWritable([value], operation)
    try withID(name, operation) { id throws(HDF5Error) in
      guard value.utf8.count > Self.maximumFixedByteCount else {
        return try Self.replace(name, of: id, strings: [value], asArray: false, operation)
      }
      let type = try Self.variableType(operation)
      defer { H5Tclose(type) }
      // The library takes the address of a C string's address.
      let bytes = value.utf8CString
      try bytes.withUnsafeBufferPointer { characters throws(HDF5Error) in
        var address = characters.baseAddress
        try withUnsafeBytes(of: &address) { pointer throws(HDF5Error) in
          try Self.replace(name, of: id, count: nil, pointer, type, as: type, operation)
        }
      }
    }
  }

  /// Sets an attribute to an array of strings, replacing what was there.
  ///
  /// They are stored as UTF-8 of a fixed length. If they take more than 64,512 bytes, they are spread as Keras
  /// does over attributes `name0`, `name1`, and so on, of nearly equal numbers of strings; ``strings(_:maximumByteCount:)``
  /// puts them together again.
  ///
  /// - Throws: ``HDF5Error`` if a string has a NUL character or is itself too long, or if the file cannot be written.
  public func set(_ name: String, to values: [String]) throws(HDF5Error) {
    let operation = node.operation("write attribute", attribute: name)
    try FixedString.checkWritable(values, operation)
    let size = FixedString.size(of: values)
    guard size <= Self.maximumArrayByteCount else {
      throw operation.failure(
        "a string of \(size) bytes is longer than the \(Self.maximumArrayByteCount) that fit")
    }
    try withID(name, operation) { id throws(HDF5Error) in
      try Self.remove(name, of: id, operation)
      var part = 0
      while try operation.check(H5Aexists(id, name + String(part))) > 0 {
        try Self.remove(name + String(part), of: id, operation)
        part += 1
      }
      let perPart = Self.maximumArrayByteCount / size
      let parts = (values.count + perPart - 1) / perPart
      guard parts > 1 else {
        return try Self.replace(name, of: id, strings: values, asArray: true, operation)
      }
      var rest = values[...]
      for part in 0..<parts {
        // The first parts take one more each where the division leaves a remainder.
        let count = values.count / parts + (part < values.count % parts ? 1 : 0)
        try Self.replace(
          name + String(part), of: id, strings: rest.prefix(count), size: size, asArray: true,
          operation)
        rest = rest.dropFirst(count)
      }
    }
  }

  /// Reads a string: a scalar, or the one element of an array.
  ///
  /// It may have a fixed or a varying length, be tagged as ASCII or UTF-8 (the bytes must be UTF-8), and end at
  /// a NUL or be padded with NULs or spaces.
  ///
  /// - Parameter maximumByteCount: The most bytes that are accepted.
  /// - Throws: ``HDF5Error`` if there is no such attribute, or if it is not one string of valid UTF-8 of at
  ///   most so many bytes.
  public func string(
    _ name: String, maximumByteCount: Int = defaultMaximumByteCount
  ) throws(HDF5Error) -> String {
    let operation = node.operation("read attribute", attribute: name)
    let strings = try read(name, maximumByteCount: maximumByteCount, operation)
    guard strings.count == 1 else {
      throw operation.failure("it has \(strings.count) elements where a single string is wanted")
    }
    return strings[0]
  }

  /// Reads an array of strings, of the forms that ``string(_:maximumByteCount:)`` accepts.
  ///
  /// Where there is no attribute of this name, `name0`, `name1` and so on are read one after the other. An empty
  /// array may be of any type: writers without a string to tell the type by store an empty array of numbers.
  ///
  /// - Parameter maximumByteCount: The most bytes that are accepted, for all together.
  /// - Throws: ``HDF5Error`` if there is no such attribute, or if it does not hold strings of valid UTF-8 of at
  ///   most so many bytes.
  public func strings(
    _ name: String, maximumByteCount: Int = defaultMaximumByteCount
  ) throws(HDF5Error) -> [String] {
    let operation = node.operation("read attribute", attribute: name)
    guard try !contains(name), try contains(name + "0") else {
      return try read(name, maximumByteCount: maximumByteCount, operation)
    }
    var strings: [String] = []
    var rest = maximumByteCount
    var part = 0
    while try contains(name + String(part)) {
      let partName = name + String(part)
      let partOperation = node.operation("read attribute", attribute: partName)
      let next = try read(partName, maximumByteCount: rest, partOperation)
      rest -= next.reduce(0) { $0 + $1.utf8.count }
      strings += next
      part += 1
    }
    return strings
  }

  private func read(
    _ name: String, maximumByteCount: Int, _ operation: Operation
  ) throws(HDF5Error) -> [String] {
    try withAttribute(name, operation) { attribute, type, count throws(HDF5Error) in
      guard count > 0 else { return [] }
      guard H5Tget_class(type) == H5T_STRING else {
        throw operation.failure("it does not hold strings")
      }
      let (byteCount, overflows) = count.multipliedReportingOverflow(by: Int(H5Tget_size(type)))
      guard !overflows, byteCount <= maximumByteCount else {
        throw operation.failure("it has more than the \(maximumByteCount) bytes that are accepted")
      }
      // What an attribute holds is in the file, so that one larger than the file is not there.
      guard UInt64(byteCount) <= (try node.file.byteCount(operation)) else {
        throw operation.failure("its \(byteCount) bytes are more than the file has")
      }
      if try operation.check(H5Tis_variable_str(type)) > 0 {
        return try Self.readVariable(
          attribute, type, count: count, maximumByteCount: maximumByteCount, operation)
      }
      var bytes = [UInt8](repeating: 0, count: byteCount)
      try operation.check(H5Aread(attribute, type, &bytes))
      return try FixedString.decode(
        bytes, size: byteCount / count, padding: H5Tget_strpad(type), operation)
    }
  }

  private static func readVariable(
    _ attribute: hid_t, _ fileType: hid_t, count: Int, maximumByteCount: Int,
    _ operation: Operation
  ) throws(HDF5Error) -> [String] {
    // The library converts between lengths but not between character sets.
    let type = try variableType(operation)
    defer { H5Tclose(type) }
    try operation.check(H5Tset_cset(type, H5Tget_cset(fileType)))
    var pointers = [UnsafeMutablePointer<CChar>?](repeating: nil, count: count)
    defer { for pointer in pointers { H5free_memory(pointer) } }
    try operation.check(H5Aread(attribute, type, &pointers))
    var strings: [String] = []
    var rest = maximumByteCount
    for (index, pointer) in pointers.enumerated() {
      // An empty string can come as no string at all.
      guard let pointer else {
        strings.append("")
        continue
      }
      guard let string = String(validatingCString: pointer) else {
        throw operation.failure("string \(index) in it is not valid UTF-8")
      }
      rest -= string.utf8.count
      guard rest >= 0 else {
        throw operation.failure("it has more than the \(maximumByteCount) bytes that are accepted")
      }
      strings.append(string)
    }
    return strings
  }

  private static func replace(
    _ name: String, of id: hid_t, strings: some Collection<String>, size: Int? = nil,
    asArray: Bool, _ operation: Operation
  ) throws(HDF5Error) {
    let size = size ?? FixedString.size(of: Array(strings))
    let type = try FixedString.type(size: size, operation)
    defer { H5Tclose(type) }
    let encoded = FixedString.encode(strings, size: size)
    try encoded.withUnsafeBufferPointer { buffer throws(HDF5Error) in
      try replace(
        name, of: id, count: asArray ? strings.count : nil, UnsafeRawBufferPointer(buffer), type,
        as: type, operation)
    }
  }

  /// The type of UTF-8 strings of varying length. To be closed by the caller.
  private static func variableType(_ operation: Operation) throws(HDF5Error) -> hid_t {
    try operation.made(H5Tcopy(chdf5_c_string()), closedBy: H5Tclose) {
      H5Tset_size($0, chdf5_variable_size()) >= 0 && H5Tset_cset($0, H5T_CSET_UTF8) >= 0
    }
  }
}
