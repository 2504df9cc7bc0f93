internal import EBMCore
internal import Networks

/// The functions of an energy's parts, their parameters in the scopes 0, 1, … of this one.
///
/// - Throws: what is wrong with all of them at once.
func functions(
  of parts: [any Energy], over space: SampleSpace, in scope: ParameterScope
) throws(ConfigurationError) -> [any EnergyFunction] {
  var functions: [any EnergyFunction] = []
  var problems: [ConfigurationProblem] = []
  for (index, part) in parts.enumerated() {
    do throws(ConfigurationError) {
      functions.append(try part.function(over: space, in: scope[String(index)]))
    } catch { problems += error.problems }
  }
  if !problems.isEmpty { throw ConfigurationError(problems) }
  return functions
}

/// What is wrong with weights of which there is to be one, or one for each part.
func weightConflicts(_ weights: [Double], parts: Int, called name: String) -> [String] {
  weights.count == 1 || weights.count == parts ? [] : ["\(parts) \(name), but \(weights.count) weights"]
}
