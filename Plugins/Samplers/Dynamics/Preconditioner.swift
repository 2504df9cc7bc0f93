public import EBMCore
public import Tensors

/// A guess Σ = L Lᵀ of the target's covariance, through which samplers see whitened coordinates: steps are L w with
/// w ~ N(0, I), and gradients are Lᵀ ∇E. For Hamiltonian methods Σ is the inverse mass and w = Lᵀ p the momentum.
public struct Preconditioner: Sendable {
  private enum Factor: Sendable {
    case identity
    /// Square roots of variances, in the shape of a point.
    case diagonal(Tensor)
    /// Lower triangle, `[D, D]`.
    case dense(Tensor)
  }

  private let factor: Factor

  /// Σ = I.
  public static let identity = Preconditioner()

  private init() { factor = .identity }

  /// - Parameters:
  ///   - inverseMass: Σ: nothing, D variances or D² covariances row by row.
  ///   - shape: of a batch of points, `[batch, …]`.
  ///   - owner: who asks, for messages.
  public init(_ inverseMass: [Float], for shape: [Int], owner: String) {
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

  /// What is wrong with an inverse mass, whatever the points are: nothing, or one line.
  ///
  /// Positive numbers may be variances. Anything else must be a matrix.
  static func conflicts(in inverseMass: [Float]) -> [String] {
    if inverseMass.allSatisfy({ $0 > 0 }) { return [] }
    let size = Int(Double(inverseMass.count).squareRoot().rounded())
    let wrong = inverseMass.first { !($0 > 0) } ?? 0
    let what = "inverseMass holds \(wrong), so it is no list of variances, which are above 0"
    guard size > 1, size * size == inverseMass.count else { return [what] }
    do throws(LinearAlgebraError) {
      _ = try LinearAlgebra.cholesky(Tensor(inverseMass, shape: [size, size]))
      return []
    } catch { return ["\(what), and no covariance matrix, which is symmetric and positive definite"] }
  }

  /// L w of each row, `[batch, …]`.
  public func toPoints(_ w: Tensor) -> Tensor { applied(to: w, transposed: false) }

  /// Lᵀ g of each row, `[batch, …]`.
  public func toMomenta(_ g: Tensor) -> Tensor { applied(to: g, transposed: true) }

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

extension PreconditionedSampler {
  /// The sampler's inverse mass for points of the shape of x.
  public func mass(for x: Tensor) -> Preconditioner { Preconditioner(inverseMass, for: x.shape, owner: Self.name) }

  /// An inverse mass that is neither variances nor a covariance matrix.
  public func conflicts() -> [String] { Preconditioner.conflicts(in: inverseMass) }
}
