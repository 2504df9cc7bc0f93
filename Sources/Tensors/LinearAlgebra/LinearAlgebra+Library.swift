internal import COpenBLAS

extension LinearAlgebra {
  /// The processor that OpenBLAS chose its kernels for, such as `SkylakeX`.
  public static var coreName: String { openblas_get_corename().map { String(cString: $0) } ?? "unknown" }
}
