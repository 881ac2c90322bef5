import MPI

/// What a launcher says, in the environment of every process that it starts, of the ranks: the processes that are to train one
/// model together.
public struct Launcher: Sendable, Equatable {
  /// The number of this process among `count`.
  public let rank: Int
  public let count: Int
  let name: String
  /// Whose libraries are looked for, the likelier first.
  let families: [MPILibrary.Family]
  /// Whose one may be that is named.
  let namable: [MPILibrary.Family]
  /// What starts processes so that the library finds the others.
  let advice: String

  /// The variable that names an MPI library, or says `none`: each process is on its own then.
  public static let variable = "DESCENT_MPI"

  /// Nil where no launcher was at work, it has started one process only, or processes are not to be joined.
  public init?(environment: [String: String]) {
    func number(_ name: String) -> Int? { environment[name].flatMap { Int($0) } }
    guard environment[Self.variable] != "none" else { return nil }
    let found:
      (
        rank: Int?, count: Int, name: String, families: [MPILibrary.Family],
        namable: [MPILibrary.Family], advice: String
      )
    let steps = number("SLURM_STEP_NUM_TASKS")
    let srun = environment["SLURM_MPI_TYPE"].map { "Slurm's srun (\($0))" } ?? "Slurm's srun"
    let bySlurm =
      "start it with srun --mpi=pmix where the library is Open MPI, with srun --mpi=pmi2 where it is "
      + "MPICH (srun --mpi=list says what there is)"
    if let count = number("OMPI_COMM_WORLD_SIZE") {
      found = (
        number("OMPI_COMM_WORLD_RANK"), count, "Open MPI's mpirun", [.openMPI], [.openMPI],
        "start it with the mpirun that belongs to the library"
      )
    } else if let count = number("PMI_SIZE"), count == steps, environment["PMI_JOBID"] != nil {
      found = (
        number("PMI_RANK"), count, srun, [.mpich], MPILibrary.Family.allCases, bySlurm
      )
    } else if let count = number("PMI_SIZE") {
      // Within a job of Slurm's, the mpiexec is a step of one task a machine, whose variables its processes have as well.
      found = (
        number("PMI_RANK"), count, "MPICH's mpiexec", [.mpich], [.mpich],
        "start it with the mpiexec that belongs to the library"
      )
    } else if let count = steps {
      // Open MPI ends the process where there is no PMIx. MPICH finds itself alone then, which is refused.
      found = (
        number("SLURM_PROCID"), count, srun,
        environment["PMIX_RANK"] == nil ? [.mpich] : [.openMPI, .mpich],
        MPILibrary.Family.allCases, bySlurm
      )
    } else {
      return nil
    }
    guard let rank = found.rank, found.count > 1, (0..<found.count).contains(rank) else {
      return nil
    }
    self.rank = rank
    (count, name, families) = (found.count, found.name, found.families)
    (namable, advice) = (found.namable, found.advice)
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
      guard namable.contains(library.family) else {
        throw DescentError(
          .usage, "it is \(library.family.rawValue), and \(name) has started \(count) ranks",
          at: place, advice: "name a library of \(namable.map(\.rawValue).joined(last: "or"))")
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
        + "(\(families.flatMap(\.files).joined(separator: ", ")))",
      advice: namable == families ? remedy : "\(advice), or \(remedy)")
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
