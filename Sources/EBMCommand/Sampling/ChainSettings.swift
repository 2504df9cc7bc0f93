import EBMCore
import FileFormats

/// How many chains are run for how long: `chains=64 draws=1000` among the settings of `sample`.
struct ChainSettings: Configurable {
  @Setting("chains that run side by side", .integers(1...1_000_000)) var chains = 64
  @Setting("draws of each chain", .integers(1...10_000_000)) var draws = 1_000
  @Setting(
    "steps before the first draw, in which step size and mass are tuned where the sampler has them", .integers(0...))
  var warmUp = 500
  @Setting("steps of a chain from one draw to the next", .integers(1...)) var thinning = 1
  @Setting("noise level whose density it is, where the model has levels; 0 is the least noisy", .integers(0...))
  var level = 0

  init() {}

  /// The settings of chains among `key=value` words, and the other words; nil where none is of chains.
  static func parsed(
    _ words: [String]
  ) throws(ConfigurationError) -> (settings: ChainSettings?, others: [String]) {
    let keys = settings.map(\.key)
    let own = words.filter { word in keys.contains(String(word.prefix { $0 != "=" })) }
    let others = words.filter { !own.contains($0) }
    if own.isEmpty { return (nil, others) }
    let value = try Recipe().applying(overrides: own).sections
    return (try ComponentRegistry().settings(.object(value), as: ChainSettings.self, at: ""), others)
  }
}
