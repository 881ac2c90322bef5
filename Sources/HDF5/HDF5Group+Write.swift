import CHDF5

extension HDF5Group {
  /// Writes numbers to a new dataset, little-endian, creating the groups on the way to it.
  ///
  /// - Parameters:
  ///   - values: The numbers in row-major order.
  ///   - shape: The extent of every axis, slowest first; `[]` for a scalar; nil for one axis.
  ///   - path: Where to, relative to this group.
  /// - Throws: ``HDF5Error`` if the shape does not hold as many numbers, if the path is taken, or if the file
  ///   cannot be written.
  @discardableResult
  public func write<Element: HDF5Element>(
    _ values: UnsafeBufferPointer<Element>, shape: [Int]? = nil, to path: String
  ) throws(HDF5Error) -> HDF5Dataset {
    let bytes = UnsafeRawBufferPointer(values)
    let types = Element.libraryTypes
    let operation = node.file.operation("write dataset", node.path(of: path))
    return try write(
      bytes, count: values.count, shape: shape, types.memory, as: types.file, to: path, operation)
  }

  /// Writes an array of numbers to a new dataset, little-endian, creating the groups on the way to it.
  ///
  /// - Parameters:
  ///   - values: The numbers in row-major order.
  ///   - shape: The extent of every axis, slowest first; nil for one axis.
  ///   - path: Where to, relative to this group.
  /// - Throws: ``HDF5Error`` if the shape does not hold as many numbers, if the path is taken, or if the file
  ///   cannot be written.
  @discardableResult
  public func write<Element: HDF5Element>(
    _ values: [Element], shape: [Int]? = nil, to path: String
  ) throws(HDF5Error) -> HDF5Dataset {
    try values.withUnsafeBufferPointer { buffer throws(HDF5Error) in
      try write(buffer, shape: shape, to: path)
    }
  }

  /// Writes a matrix whose rows may be apart to a new dataset, without what is between them.
  ///
  /// In an ``HDF5Image`` the dataset's place is set aside, and the matrix is read where it is once the image is: it has
  /// to stay there until then.
  ///
  /// - Parameters:
  ///   - base: The first row; the others begin `stride` elements after each other.
  ///   - shape: The extent of every axis, slowest first, of `rows` × `columns` elements.
  ///   - path: Where to, relative to this group.
  /// - Throws: ``HDF5Error`` as the other ways to write.
  @discardableResult
  public func write<Element: HDF5Element>(
    _ base: UnsafePointer<Element>, rows: Int, columns: Int, stride: Int, shape: [Int],
    to path: String
  ) throws(HDF5Error) -> HDF5Dataset {
    let operation = node.file.operation("write dataset", node.path(of: path))
    guard try HDF5Dataset.product(shape, operation) == rows * columns, stride >= columns else {
      throw operation.failure("a shape of \(shape) does not hold \(rows) × \(columns) elements")
    }
    guard let image = node.file.image, rows * columns > 0 else {
      var values: [Element] = []
      values.reserveCapacity(rows * columns)
      for row in 0..<rows {
        values += UnsafeBufferPointer(start: base + row * stride, count: columns)
      }
      return try write(values, shape: shape, to: path)
    }
    let fileType = Element.libraryTypes.file
    return try withParent(of: path, operation) { parent, name throws(HDF5Error) in
      let space = try Self.space(of: shape, operation)
      defer { H5Sclose(space) }
      let properties = try Self.datasetProperties(operation)
      defer { H5Pclose(properties) }
      try operation.check(H5Pset_alloc_time(properties, H5D_ALLOC_TIME_EARLY))
      try operation.check(H5Pset_fill_time(properties, H5D_FILL_TIME_NEVER))
      let id = try operation.check(
        H5Dcreate2(parent, name, fileType, space, chdf5_default(), properties, chdf5_default()))
      let created = Node(owning: id, path: node.path(of: path), file: node.file)
      let dataset = try HDF5Dataset(node: created, operation)
      guard let address = dataset.address else {
        throw operation.failure("the library has set no place aside for it")
      }
      image.place(base, rows: rows, columns: columns, stride: stride, at: address)
      return dataset
    }
  }

  /// Writes one number to a new scalar dataset.
  ///
  /// - Throws: ``HDF5Error`` if the path is taken or the file cannot be written.
  @discardableResult
  public func write<Element: HDF5Element>(
    _ value: Element, to path: String
  ) throws(HDF5Error) -> HDF5Dataset {
    try write([value], shape: [], to: path)
  }

  /// Writes strings to a new dataset of UTF-8 strings of a fixed length: that of the longest, padded with NULs.
  ///
  /// - Parameters:
  ///   - values: The strings, without NUL characters.
  ///   - shape: The extent of every axis, slowest first; `[]` for a scalar; nil for one axis.
  ///   - path: Where to, relative to this group.
  /// - Throws: ``HDF5Error`` if the shape does not hold as many strings, if one has a NUL character, if the path
  ///   is taken, or if the file cannot be written.
  @discardableResult
  public func write(
    _ values: [String], shape: [Int]? = nil, to path: String
  ) throws(HDF5Error) -> HDF5Dataset {
    let operation = node.file.operation("write dataset", node.path(of: path))
    try FixedString.checkWritable(values, operation)
    let size = FixedString.size(of: values)
    // Checked before the padding is laid out: one long string among many makes all of them long.
    _ = try HDF5Dataset.product([values.count, size], operation)
    return try Library.locked { () throws(HDF5Error) in
      let type = try FixedString.type(size: size, operation)
      defer { H5Tclose(type) }
      let encoded = FixedString.encode(values, size: size)
      return try encoded.withUnsafeBufferPointer { buffer throws(HDF5Error) in
        let bytes = UnsafeRawBufferPointer(buffer)
        return try write(
          bytes, count: values.count, shape: shape, type, as: type, to: path, operation)
      }
    }
  }

  private func write(
    _ bytes: UnsafeRawBufferPointer, count: Int, shape: [Int]?, _ memoryType: hid_t,
    as fileType: hid_t, to path: String, _ operation: Operation
  ) throws(HDF5Error) -> HDF5Dataset {
    let shape = shape ?? [count]
    guard try HDF5Dataset.product(shape, operation) == count else {
      throw operation.failure("a shape of \(shape) does not hold \(count) elements")
    }
    return try withParent(of: path, operation) { parent, name throws(HDF5Error) in
      let space = try Self.space(of: shape, operation)
      defer { H5Sclose(space) }
      let properties = try Self.datasetProperties(operation)
      defer { H5Pclose(properties) }
      let id = try operation.check(
        H5Dcreate2(
          parent, name, fileType, space, chdf5_default(), properties, chdf5_default()))
      let created = Node(owning: id, path: node.path(of: path), file: node.file)
      if count > 0 {
        try operation.check(
          H5Dwrite(
            id, memoryType, chdf5_all(), chdf5_all(), chdf5_default(), bytes.baseAddress))
      }
      return try HDF5Dataset(node: created, operation)
    }
  }

  /// How datasets are made: in one block, without times. To be closed by the caller.
  private static func datasetProperties(_ operation: Operation) throws(HDF5Error) -> hid_t {
    try operation.made(H5Pcreate(chdf5_dataset_create()), closedBy: H5Pclose) {
      H5Pset_obj_track_times($0, false) >= 0 && H5Pset_layout($0, H5D_CONTIGUOUS) >= 0
    }
  }

  private static func space(
    of shape: [Int], _ operation: Operation
  ) throws(HDF5Error) -> hid_t {
    guard !shape.isEmpty else { return try operation.check(H5Screate(H5S_SCALAR)) }
    guard shape.count <= H5S_MAX_RANK else {
      throw operation.failure("a shape of \(shape.count) axes is more than \(H5S_MAX_RANK)")
    }
    let extents = shape.map { hsize_t($0) }
    return try operation.check(H5Screate_simple(Int32(shape.count), extents, nil))
  }
}
