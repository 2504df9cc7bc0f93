internal import EBMCore
package import Tensors

/// A guess Σ = L Lᵀ of the target's covariance, through which samplers see whitened coordinates: steps are L w with
/// w ~ N(0, I), and gradients are Lᵀ ∇E. For Hamiltonian methods Σ is the inverse mass and w = Lᵀ p the momentum.
package struct Preconditioner {
  private enum Factor {
    case identity
    /// Square roots of variances, in the shape of a point.
    case diagonal(Tensor)
    /// Lower triangle, `[D, D]`.
    case dense(Tensor)
  }

  private let factor: Factor

  /// - Parameters:
  ///   - inverseMass: Σ: nothing, D variances or D² covariances row by row.
  ///   - shape: of a batch of points, `[batch, …]`.
  ///   - owner: who asks, for messages.
  package init(_ inverseMass: [Float], for shape: [Int], owner: String) {
    let point = Array(shape.dropFirst())
    let dimension = point.reduce(1, *)
    switch inverseMass.count {
    case 0: factor = .identity
    case dimension:
      let wrong = inverseMass.first { !($0 > 0 && $0.isFinite) }
      precondition(wrong == nil, "\(owner): inverseMass has a variance of \(wrong ?? 0), expected above 0")
      factor = .diagonal(Tensor(inverseMass.map { $0.squareRoot() }, shape: point))
    case dimension * dimension:
      do throws(LinearAlgebraError) {
        factor = .dense(try LinearAlgebra.cholesky(Tensor(inverseMass, shape: [dimension, dimension])))
      } catch {
        preconditionFailure("\(owner): inverseMass is not the covariance matrix of anything: \(error)")
      }
    default:
      let allowed = "none, \(dimension) or \(dimension * dimension)"
      preconditionFailure(
        "\(owner): inverseMass has \(inverseMass.count) numbers; points of shape \(point) take \(allowed)")
    }
  }

  /// L w of each row, `[batch, …]`.
  package func toPoints(_ w: Tensor) -> Tensor { applied(to: w, transposed: false) }

  /// Lᵀ g of each row, `[batch, …]`.
  package func toMomenta(_ g: Tensor) -> Tensor { applied(to: g, transposed: true) }

  private func applied(to rows: Tensor, transposed: Bool) -> Tensor {
    switch factor {
    case .identity: return rows
    case .diagonal(let deviations): return rows * deviations
    case .dense(let lower):
      // Rows times Lᵀ give L w, rows times L give Lᵀ g.
      let flat = rows.reshaped([rows.shape[0], lower.shape[0]])
      return flat.matmul(lower, transposeRight: !transposed).reshaped(rows.shape)
    }
  }
}
