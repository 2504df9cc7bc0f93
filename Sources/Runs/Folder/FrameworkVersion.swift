/// The version of the framework.
public enum FrameworkVersion {
  /// Semantic: major, minor, patch.
  public static let current = "0.1.0"
}
