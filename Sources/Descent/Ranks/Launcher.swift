import MPI

/// What a launcher says, in the environment of every process that it starts, of the ranks: the processes that are to train one
/// model together.
public struct Launcher: Sendable, Equatable {
  /// The number of this process among `count`.
  public let rank: Int
  public let count: Int
  let name: String
  /// Whose libraries can be at work under it, the likelier first.
  let families: [MPILibrary.Family]
  /// What starts processes so that the library finds the others.
  let advice: String

  /// The variable that names an MPI library, or says `none`: each process is on its own then.
  public static let variable = "DESCENT_MPI"

  /// Nil where no launcher was at work, it has started one process only, or processes are not to be joined.
  public init?(environment: [String: String]) {
    func number(_ name: String) -> Int? { environment[name].flatMap { Int($0) } }
    guard environment[Self.variable] != "none" else { return nil }
    let slurm =
      "start it with srun --mpi=pmix or srun --mpi=pmi2, whichever the library was built for"
    let found:
      (
        rank: Int?, count: Int?, name: String, families: [MPILibrary.Family], advice: String
      )
    if let count = number("OMPI_COMM_WORLD_SIZE") {
      found = (
        number("OMPI_COMM_WORLD_RANK"), count, "Open MPI's mpirun", [.openMPI],
        "start it with the mpirun that belongs to the library"
      )
    } else if let count = number("SLURM_STEP_NUM_TASKS") {
      // PMIx is what Open MPI is built for, and PMI what MPICH is.
      found = (
        number("SLURM_PROCID"), count, "Slurm's srun",
        environment["PMI_SIZE"] == nil ? [.openMPI, .mpich] : [.mpich, .openMPI], slurm
      )
    } else if let count = number("PMI_SIZE") {
      found = (
        number("PMI_RANK"), count, "MPICH's mpiexec", [.mpich],
        "start it with the mpiexec that belongs to the library"
      )
    } else {
      return nil
    }
    guard let rank = found.rank, let count = found.count, count > 1, (0..<count).contains(rank)
    else { return nil }
    (self.rank, self.count) = (rank, count)
    (name, families, advice) = (found.name, found.families, found.advice)
  }

  /// The MPI library to use: the one that is named, or the first that is found of those that the launcher can be of.
  ///
  /// - Throws: `usage` where there is none.
  func library(_ environment: [String: String]) throws(DescentError) -> MPILibrary {
    let wanted = families.map(\.rawValue).joined(last: "or")
    let remedy =
      "install \(wanted) on every machine, or name its library: "
      + "\(Self.variable)=/path/to/libmpi.so (none trains in each process for itself)"
    if let file = environment[Self.variable], !file.isEmpty {
      let place = "\(Self.variable)=\(file)"
      let library: MPILibrary
      do throws(MPIError) { library = try MPILibrary(file) } catch {
        throw DescentError(.usage, error.message, at: place, advice: remedy)
      }
      guard families.contains(library.family) else {
        throw DescentError(
          .usage, "it is \(library.family.rawValue), and \(name) has started \(count) ranks",
          at: place, advice: "name a library of \(wanted)")
      }
      return library
    }
    for family in families {
      for file in family.files {
        if let library = try? MPILibrary(file, family: family) { return library }
      }
    }
    throw DescentError(
      .usage,
      "\(name) has started \(count) ranks, and no library of \(wanted) is found "
        + "(\(families.flatMap(\.files).joined(separator: ", ")))", advice: remedy)
  }

  /// Joins the other ranks.
  ///
  /// - Throws: `usage` where the library does not find them: every process would train by itself, and overwrite the others.
  func world(_ library: MPILibrary) throws(DescentError) -> MPIWorld {
    let world: MPIWorld
    do throws(MPIError) { world = try MPIWorld(library) } catch {
      throw DescentError(.usage, "\(library.version) fails: \(error.message)", advice: advice)
    }
    guard world.count == count else {
      throw DescentError(
        .usage,
        "\(name) has started \(count) ranks, and \(library.version) (\(library.file)) knows of "
          + "\(world.count)", advice: advice)
    }
    return world
  }
}
