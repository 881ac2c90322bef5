/// The training file's rows, read once for several runs, and how they all take them in.
struct SharedRows: Sendable {
  let rows: RunRows
  /// Nil: each run learns it from the rows that it is trained on.
  let encoding: TableEncoding?

  /// Reads the rows that a config names.
  ///
  /// With folds every row is trained on by most of the members, so that columns become features by all rows: every member
  /// takes in the same. What layers learn of rows, each learns of its own.
  /// - Parameter read: the file's rows, where they have been read.
  /// - Throws: what is wrong with the file.
  init(of config: RunConfig, read: ReadRows? = nil) throws(DescentError) {
    let column = config.ensemble?.column
    if let read, column == nil {
      rows = read.rows
    } else {
      rows = try RunRows(config.data, dividedBy: column)
    }
    encoding = config.ensemble?.folds == nil ? nil : try rows.encoding(config.data)
  }

  /// The first of the runs that a config asks for.
  /// - Throws: whatever is wrong with the config, or does not fit the rows.
  func firstRun(
    of config: ConfigNode, threads: Int?, kernels: KernelSet
  ) throws(DescentError) -> RunSetup {
    try RunSetup(
      config: config.firstMember(), threads: threads, kernels: kernels, rows: rows,
      encoding: encoding)
  }
}
