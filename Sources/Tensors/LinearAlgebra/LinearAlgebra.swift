/// Factorisations and solutions of linear systems, in Float32 on values, by LAPACK.
///
/// ```swift
/// let factor = try LinearAlgebra.cholesky(covariance)               // covariance = factor · factorᵀ
/// let logDeterminant = try LinearAlgebra.logDeterminant(choleskyFactor: factor)
/// let (values, vectors) = try LinearAlgebra.symmetricEigen(covariance)
/// ```
///
/// Matrices are tensors of rank 2. Every operation checks its operands first: a wrong shape, a NaN or an infinity
/// throws, and so does an answer that is not finite, so no NaN comes out. Errors of rounding are of the order
/// n · 1.2e-7 · ‖a‖ (backward error); where that is not enough, compute in Double by other means.
///
/// A matrix without elements is accepted and gives an answer without elements. None of this is differentiable or
/// traced: an expression is evaluated first.
///
/// Source: E. Anderson and others, "LAPACK Users' Guide", third edition, SIAM (1999).
public enum LinearAlgebra {}
