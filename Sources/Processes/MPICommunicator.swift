#if MPI
  import CProcesses
  import Tensors

  #if canImport(Glibc)
    import Glibc
  #else
    import Darwin
  #endif

  /// Processes that reach each other over MPI.
  ///
  /// The library is the process's own, like its descriptors; this says what was found when it was joined.
  struct MPICommunicator: Communicator {
    let rank, size, localSize, cores: Int
    let cost: ExchangeCost

    /// Joins the other processes.
    init(_ launch: Launch) throws(ProcessesError) {
      guard cp_join() else {
        throw ProcessesError(
          rank: launch.rank, reason: "this MPI cannot be called by threads (it offers less than MPI_THREAD_SERIALIZED)")
      }
      (rank, size, localSize) = (Int(cp_rank()), Int(cp_size()), Int(cp_local_size()))
      cores = max(1, Int(cp_cores()))
      // Where one machine has all, every machine does.
      cost = localSize == size ? .withinMachine : .betweenMachines
    }

    func gather(_ bytes: UnsafeMutableRawPointer, counts: [Int]) {
      counts.withUnsafeBufferPointer { counts in
        counts.withMemoryRebound(to: Int64.self) { cp_gather(bytes, $0.baseAddress) }
      }
    }

    func broadcast(_ bytes: UnsafeMutableRawBufferPointer) { cp_broadcast(bytes.baseAddress, Int64(bytes.count)) }

    func leave() { cp_leave() }

    func abort(_ message: String) -> Never {
      // Process 0 speaks for all, unless it does not come to do so.
      if rank > 0 { sleep(1) }
      _ = Array("error: \(message)\n".utf8).withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
      cp_abort(1)
      exit(1)
    }
  }
#endif
