/// The modules of the framework's package, whose names no package beside it can give to a module of its own.
public enum FrameworkModules {
  /// In the order of the manifest.
  public static let names = [
    "CKernels", "COpenBLAS", "COpenMPI", "CProcesses", "TensorGraph", "TensorRuntime", "Tensors", "Processes",
    "FileFormats", "Networks", "Figures", "EBMCore", "Sampling", "Runs", "EBM", "EBMTesting", "ProjectTemplates",
    "EBMCommand", "Datasets", "Energies", "Initializers", "Metrics",
    "NoiseSchedules", "Objectives", "Optimizers", "Samplers", "ebm",
  ]
}
