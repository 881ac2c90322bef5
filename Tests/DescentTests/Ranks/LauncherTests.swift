import MPI
import Testing

@testable import Descent

/// What launchers put into the environment.
@Suite struct LauncherTests {
  private static func launcher(_ variables: [String: String]) -> Launcher? {
    Launcher(environment: variables)
  }

  @Test func launchersAreToldApart() {
    let openMPI = Self.launcher(["OMPI_COMM_WORLD_RANK": "2", "OMPI_COMM_WORLD_SIZE": "4"])
    #expect(openMPI?.rank == 2 && openMPI?.count == 4)
    #expect(openMPI?.families == [.openMPI])
    let mpich = Self.launcher(["PMI_RANK": "0", "PMI_SIZE": "3"])
    #expect(mpich?.rank == 0 && mpich?.count == 3)
    #expect(mpich?.families == [.mpich])
    // mpirun within a job of Slurm's is the nearer one.
    let slurm = ["SLURM_PROCID": "1", "SLURM_STEP_NUM_TASKS": "2"]
    let within = ["OMPI_COMM_WORLD_RANK": "1", "OMPI_COMM_WORLD_SIZE": "4"]
    #expect(Self.launcher(slurm.merging(within) { $1 })?.count == 4)
  }

  /// What srun says of itself, and by which interface ranks find each other.
  @Test func slurmsInterfacesAreToldApart() throws {
    let slurm = ["SLURM_PROCID": "1", "SLURM_STEP_NUM_TASKS": "2"]
    let variables = ["PMIX_RANK": "1", "SLURM_MPI_TYPE": "pmix"]
    let pmix = try #require(Self.launcher(slurm.merging(variables) { $1 }))
    #expect(pmix.families == [.openMPI, .mpich] && pmix.name == "Slurm's srun (pmix)")
    let pmi = ["PMI_RANK": "1", "PMI_SIZE": "2", "PMI_JOBID": "7.0", "SLURM_MPI_TYPE": "pmi2"]
    let pmi2 = try #require(Self.launcher(slurm.merging(pmi) { $1 }))
    #expect(pmi2.families == [.mpich] && pmi2.name == "Slurm's srun (pmi2)")
    // Without one, Open MPI would end the process in words of its own.
    let none = try #require(Self.launcher(slurm))
    #expect(none.families == [.mpich] && none.name == "Slurm's srun")
    #expect(none.advice.contains("srun --mpi=pmix") && none.advice.contains("srun --mpi=pmi2"))
  }

  /// MPICH's mpiexec starts a step of one task on each machine, whose variables are those of the processes it starts there.
  @Test(arguments: [1, 2])
  func mpiexecWithinAJobOfSlurm(machines: Int) throws {
    let variables = [
      "SLURM_PROCID": "0", "SLURM_STEP_NUM_TASKS": "\(machines)", "SLURM_MPI_TYPE": "pmix",
      "PMIX_RANK": "0", "PMI_RANK": "2", "PMI_SIZE": "4",
    ]
    let launcher = try #require(Self.launcher(variables))
    #expect(launcher.rank == 2 && launcher.count == 4)
    #expect(launcher.families == [.mpich] && launcher.name == "MPICH's mpiexec")
  }

  /// Not a launcher: nothing there, the script of a batch job, one process, what is not understood, or who wants none.
  @Test(arguments: [
    [:], ["SLURM_NTASKS": "4", "SLURM_PROCID": "0"],
    ["OMPI_COMM_WORLD_RANK": "0", "OMPI_COMM_WORLD_SIZE": "1"],
    ["PMI_SIZE": "2"], ["PMI_SIZE": "two", "PMI_RANK": "0"], ["PMI_SIZE": "2", "PMI_RANK": "2"],
    ["PMI_SIZE": "2", "PMI_RANK": "-1"],
    ["PMI_SIZE": "2", "PMI_RANK": "0", "DESCENT_MPI": "none"],
  ])
  func aProcessAlone(variables: [String: String]) {
    #expect(Self.launcher(variables) == nil)
  }

  @Test func aLibraryThatIsNoneIsRefused() throws {
    let variables = ["PMI_SIZE": "2", "PMI_RANK": "0", "DESCENT_MPI": "/nowhere/libmpi.so"]
    let launcher = try #require(Self.launcher(variables))
    let error = #expect(throws: DescentError.self) { try launcher.library(variables) }
    #expect(error?.kind == .usage)
    #expect(error?.place == "DESCENT_MPI=/nowhere/libmpi.so")
    #expect(error?.problem.contains("/nowhere/libmpi.so") == true)
    // A library of another kind: the system's own has none of MPI's calls.
    let other = variables.merging(["DESCENT_MPI": "libc.so.6"]) { $1 }
    let refusal = #expect(throws: DescentError.self) { try launcher.library(other) }
    #expect(refusal?.problem == "it has no MPI_Init_thread")
  }
}
