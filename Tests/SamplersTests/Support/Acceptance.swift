import Tensors

/// The acceptance that a sampler reports, 1 for one without a test, which refuses nothing.
func reported(_ acceptance: Tensor?) -> Tensor { acceptance ?? Tensor(1) }
