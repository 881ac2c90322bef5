import LibC

/// How input is cut for several cores to read it.
enum WorkPieces {
  static var cores: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

  /// The number of pieces of `size` bytes: four a core, so that a core that is late holds the others up little, but
  /// none of fewer than `least`, and at least one.
  static func count(size: Int, least: Int) -> Int {
    max(1, min(4 * cores, size / least))
  }
}
