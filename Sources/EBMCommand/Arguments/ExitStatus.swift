/// What the program tells the shell when it ends.
public enum ExitStatus: Int32, Sendable {
  /// Everything asked for was done.
  case done = 0
  /// Something failed: a file, a plugin, a computation.
  case failed = 1
  /// What was asked for makes no sense: an unknown name, a setting out of range.
  case wrongUsage = 2
  /// Training diverged and was stopped.
  case diverged = 3
  /// Ctrl-C; the state was saved.
  case interrupted = 130
}
