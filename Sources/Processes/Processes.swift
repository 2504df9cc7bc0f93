package import Tensors

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The processes that this program was started as: by `mpirun -n 4`, by Slurm's `srun`, or as one.
package enum Processes {
  /// Joins the others.
  ///
  /// - Returns: how to reach them; ``TensorRuntime/SingleProcess`` for a program that was started by itself.
  /// - Throws: when it was started as several and cannot reach the others.
  package static func join() throws(ProcessesError) -> any Communicator {
    guard let launch = Launch() else { return SingleProcess() }
    #if MPI
      return try MPICommunicator(launch)
    #else
      if launch.size == 1 { return SingleProcess() }
      throw ProcessesError(
        rank: launch.rank,
        reason: """
          started as \(launch.size) processes, and built without MPI: build it with \
          swift build -c release --traits MPI --scratch-path .build-mpi, or start it once
          """)
    #endif
  }
}

/// A program that was started as several processes and cannot be one of them.
package struct ProcessesError: Error, CustomStringConvertible {
  /// Which of the processes this is.
  package let rank: Int
  let reason: String

  package var description: String { reason }
}

/// What a launcher tells the processes that it starts, in their environment.
struct Launch {
  let rank: Int
  /// 1 where the launcher does not say: PMIx leaves that to the library.
  let size: Int

  /// Names of the two variables: Open MPI's `mpirun`; MPICH's, Intel's and Slurm's PMI; PMIx, which `srun` speaks.
  private static let variables: [(rank: String, size: String)] = [
    ("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"), ("PMI_RANK", "PMI_SIZE"), ("PMIX_RANK", "SLURM_STEP_NUM_TASKS"),
  ]

  /// Nil for a program that was started by itself.
  init?() {
    func number(_ name: String) -> Int? { getenv(name).flatMap { Int(String(cString: $0)) } }
    guard let found = Self.variables.first(where: { number($0.rank) != nil }), let rank = number(found.rank) else {
      return nil
    }
    self.rank = rank
    size = max(1, number(found.size) ?? 1)
  }
}
