import CHDF5

extension HDF5Dataset {
  /// Reads all elements, converted to a type of number, in row-major order.
  ///
  /// Floats are read as floats of any width and integers as integers of any width.
  ///
  /// - Parameters:
  ///   - type: The type in memory.
  ///   - expected: The shape that it must have; nil accepts any.
  ///   - allowingIntegers: Whether integers may be read as floats.
  /// - Returns: ``count`` numbers.
  /// - Throws: ``HDF5Error`` if the shape is another, if the elements are of another class, if an integer does
  ///   not fit the type, or if the file cannot be read. Shape and class are checked before memory is allocated.
  public func read<Element: HDF5Element>(
    _ type: Element.Type = Element.self, shape expected: [Int]? = nil,
    allowingIntegers: Bool = false
  ) throws(HDF5Error) -> [Element] {
    let operation = node.operation("read dataset")
    try check(type, shape: expected, allowingIntegers: allowingIntegers, operation)
    var failure: HDF5Error?
    let values = [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
      do throws(HDF5Error) {
        // The buffer may be larger than was asked for.
        try transfer(into: UnsafeMutableBufferPointer(rebasing: buffer[..<count]), operation)
        initialized = count
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return values
  }

  /// Reads all elements into memory of the caller's, converted to its type of number, in row-major order.
  ///
  /// - Parameters:
  ///   - buffer: Where to, of exactly ``count`` elements, initialized or not. What it holds after an error is
  ///     not specified.
  ///   - expected: The shape that it must have; nil accepts any.
  ///   - allowingIntegers: Whether integers may be read as floats.
  /// - Throws: As ``read(_:shape:allowingIntegers:)``, and if the buffer has another size.
  public func read<Element: HDF5Element>(
    into buffer: UnsafeMutableBufferPointer<Element>, shape expected: [Int]? = nil,
    allowingIntegers: Bool = false
  ) throws(HDF5Error) {
    let operation = node.operation("read dataset")
    try check(Element.self, shape: expected, allowingIntegers: allowingIntegers, operation)
    guard buffer.count == count else {
      throw operation.failure("it has \(count) elements but \(buffer.count) are wanted")
    }
    try transfer(into: buffer, operation)
  }

  /// Reads a scalar, or the one element of a dataset of shape (1).
  ///
  /// - Throws: As ``read(_:shape:allowingIntegers:)``, and if it does not have exactly one element.
  public func readScalar<Element: HDF5Element>(
    _ type: Element.Type = Element.self, allowingIntegers: Bool = false
  ) throws(HDF5Error) -> Element {
    let operation = node.operation("read dataset")
    guard count == 1 else {
      throw operation.failure("its shape is \(shape) where a single number is wanted")
    }
    return try read(type, allowingIntegers: allowingIntegers)[0]
  }

  /// Reads strings of a fixed length, without the padding, in row-major order.
  ///
  /// - Parameter expected: The shape that it must have; nil accepts any.
  /// - Returns: ``count`` strings.
  /// - Throws: ``HDF5Error`` if the shape is another, if it does not hold strings of a fixed length, if one is
  ///   not UTF-8, or if the file cannot be read.
  public func readStrings(shape expected: [Int]? = nil) throws(HDF5Error) -> [String] {
    let operation = node.operation("read dataset")
    try check(shape: expected, operation)
    guard case .string(let size) = elementKind else {
      throw operation.failure("it holds \(elementKind) where strings of a fixed length are wanted")
    }
    return try node.withID(operation) { id throws(HDF5Error) in
      let type = try operation.check(H5Dget_type(id))
      defer { H5Tclose(type) }
      var bytes = [UInt8](repeating: 0, count: byteCount)
      if byteCount > 0 {
        try operation.check(
          H5Dread(id, type, chdf5_all(), chdf5_all(), chdf5_default(), &bytes))
      }
      return try FixedString.decode(
        bytes, size: size, padding: H5Tget_strpad(type), operation)
    }
  }

  private func check(shape expected: [Int]?, _ operation: Operation) throws(HDF5Error) {
    if let expected, expected != shape {
      throw operation.failure("its shape is \(shape) where \(expected) is wanted")
    }
  }

  private func check<Element: HDF5Element>(
    _ type: Element.Type, shape expected: [Int]?, allowingIntegers: Bool, _ operation: Operation
  ) throws(HDF5Error) {
    try check(shape: expected, operation)
    try type.checkReadable(from: elementKind, allowingIntegers: allowingIntegers, operation)
  }

  /// Reads into a buffer of exactly `count` elements whose class has been checked.
  private func transfer<Element: HDF5Element>(
    into buffer: UnsafeMutableBufferPointer<Element>, _ operation: Operation
  ) throws(HDF5Error) {
    guard count > 0 else { return }
    try node.withID(operation) { id throws(HDF5Error) in
      let properties = try operation.check(H5Pcreate(chdf5_dataset_transfer()))
      defer { H5Pclose(properties) }
      let isInteger = if case .integer = Element.hdf5Kind { true } else { false }
      if isInteger { try operation.check(chdf5_refuse_overflow(properties)) }
      let status = H5Dread(
        id, Element.libraryTypes.memory, chdf5_all(), chdf5_all(), properties, buffer.baseAddress)
      guard status < 0 else { return }
      let failure = operation.libraryFailure()
      if isInteger, failure.systemError == nil, elementKind != Element.hdf5Kind {
        throw operation.failure(
          "a number in it does not fit \(Element.hdf5Kind) (it holds \(elementKind))")
      }
      throw failure
    }
  }
}
