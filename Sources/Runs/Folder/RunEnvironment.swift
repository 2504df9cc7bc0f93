import FoundationEssentials

/// What a run ran on: `environment.json`.
public struct RunEnvironment: Codable, Sendable, Equatable {
  /// The framework's version.
  public var version: String
  /// The operating system.
  public var operatingSystem: String
  /// The processor's architecture.
  public var architecture: String
  /// Processor cores that this process may use.
  public var cores: Int
  /// Threads that compute.
  public var threads: Int
  /// The BLAS library and the core it chose, such as `OpenBLAS 0.3.29 SkylakeX`.
  public var blas: String
  /// When the run started: ISO 8601, in UTC.
  public var date: String

  /// This machine, now.
  ///
  /// - Parameters:
  ///   - threads: threads that compute.
  ///   - blas: the BLAS library and the core it chose.
  ///   - version: the framework's version.
  public init(threads: Int, blas: String, version: String = FrameworkVersion.current) {
    self.version = version
    operatingSystem = ProcessInfo.processInfo.operatingSystemVersionString
    architecture = Self.architecture
    cores = ProcessInfo.processInfo.activeProcessorCount
    self.threads = threads
    self.blas = blas
    date = Date().formatted(.iso8601)
  }

  private static var architecture: String {
    #if arch(x86_64)
      "x86_64"
    #elseif arch(arm64)
      "arm64"
    #else
      "other"
    #endif
  }
}
