import EBMCore
import FileFormats
import Runs
import Tensors

/// `ebm benchmark langevin-mlp`: times the engine's workloads on this machine.
package struct BenchmarkCommand: Command {
  package let name = "benchmark"
  package let summary = "Times workloads on this machine, or compares samplers."
  package let syntax = CommandSyntax(
    positionals: [
      Positional(
        "name", "only workloads whose name contains this; chains; or samplers, and names of samplers and energies",
        isRequired: false, isRepeated: true)
    ],
    options: [
      CommandOption("threads", value: "number", "threads; all cores by default"),
      CommandOption("seed", value: "number", "seed of the samplers' chains; 1 by default"),
      CommandOption("quick", "compare samplers on fewer energies and with less effort"),
      CommandOption("json", "print a JSON object a line"),
    ])
  package let sharesWork = true
  package let details = """
    Each line: the median time of one unit and its quartiles, arithmetic or memory rate and its share of this
    machine's measured peak, memory that a run needs, milliseconds to trace and compile.

    `benchmark chains` times steps of a thousand to a million chains.

    `benchmark samplers` compares all samplers on all continuous analytic energies; `benchmark samplers nuts banana` is
    a part of that. ESS is the bulk effective sample size of the coordinate that has the least. Bias is the mean or
    variance furthest from the exact one, in Monte Carlo standard errors: beyond ±4 it is no chance. Chains with an
    R-hat above 1.05 have not mixed: they get no ESS.
    """

  /// Every workload that runs when none is named.
  package static let workloads =
    EngineWorkloads.all + PerceptronTrainingWorkloads.all + TrajectoryWorkloads.all + ConvolutionWorkloads.all
    + LeveledEnergyWorkloads.all + OperationWorkloads.all + PipelineWorkloads.all
  /// Those of `benchmark chains`, the smallest first.
  package static let chains = EngineWorkloads.chains

  package func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitStatus {
    let threads = try arguments.integer("threads", in: 1...1_024) ?? 0
    if arguments.positionals.first == "samplers" {
      return try compareSamplers(arguments, threads: threads, in: context)
    }
    for option in ["seed", "quick"] where arguments.options[option] != nil || arguments.flags.contains(option) {
      throw ConfigurationError(path: "--\(option)", what: "is for benchmark samplers")
    }
    var chosen = arguments.positionals.isEmpty ? BenchmarkCommand.workloads : []
    for only in arguments.positionals {
      let named =
        only == "chains" ? BenchmarkCommand.chains : BenchmarkCommand.workloads.filter { $0.name.contains(only) }
      if named.isEmpty {
        throw ConfigurationError([
          ConfigurationProblem(
            unknown: only, path: "", what: "no workload's name contains \"\(only)\"",
            known: BenchmarkCommand.workloads.map(\.name) + ["chains", "samplers"])
        ])
      }
      chosen += named.filter { new in !chosen.contains { $0.name == new.name } }
    }
    let isJSON = arguments.flags.contains("json")
    let peak = isJSON ? nil : try peakRate(context.registry, threads)
    var table = TextTable(header: ["workload", "unit", "median", "quartiles", "rate", "of peak", "memory", "compile"])
    for workload in chosen {
      let measured = try Measurement.run(workload, registry: context.registry, threads: threads)
      if isJSON {
        let line = JSONObject([
          ("name", .string(workload.name)), ("peer", .string("swift-ebm \(FrameworkVersion.current)")),
          ("seconds", .number(measured.median)), ("unit", .string(workload.unit)),
        ])
        context.output.result(JSONValue.object(line).compactText + "\n")
      } else {
        context.output.message("\(workload.name) \(time(measured.median))\n")
        table.add(row(measured, peak: peak))
      }
    }
    if !isJSON { context.output.result(table.text) }
    return .done
  }

  /// `ebm benchmark samplers`, an energy after the other.
  private func compareSamplers(
    _ arguments: Arguments, threads: Int, in context: CommandContext
  ) throws -> ExitStatus {
    let seed = try arguments.integer("seed", in: 0...Int.max).map(UInt64.init) ?? 1
    let benchmark = SamplerBenchmark(
      registry: context.registry, size: arguments.flags.contains("quick") ? .quick : SamplerBenchmark.Size(),
      threads: threads, seed: seed)
    var (samplers, energies) = (benchmark.samplers, try benchmark.energies())
    let names = arguments.positionals.dropFirst()
    let known = samplers.map(\.name) + energies.map(\.name)
    if let unknown = names.first(where: { !known.contains($0) }) {
      throw ConfigurationError([
        ConfigurationProblem(
          unknown: unknown, path: "", what: "no sampler or energy that is compared is called \"\(unknown)\"",
          known: known)
      ])
    }
    // Of each kind those that are named, all when none is.
    if samplers.contains(where: { names.contains($0.name) }) { samplers.removeAll { !names.contains($0.name) } }
    if energies.contains(where: { names.contains($0.name) }) { energies.removeAll { !names.contains($0.name) } }
    let isJSON = arguments.flags.contains("json")
    context.output.message("\(SamplerSetup.rules)\nseed \(seed)\n")
    for energy in energies {
      let scores = try benchmark.scores(on: energy, samplers: samplers)
      if isJSON {
        for score in scores { context.output.result(score.json.compactText + "\n") }
      } else {
        var table = TextTable(header: SamplerScore.header)
        for score in scores { table.add(score.cells) }
        context.output.result("\(energy.recipe.compactText)\n\(table.text)\n")
      }
    }
    return .done
  }

  /// Operations a second that large products reach: what shares are of.
  private func peakRate(_ registry: ComponentRegistry, _ threads: Int) throws -> Double? {
    guard let product = BenchmarkCommand.workloads.first(where: { $0.name == "matmul/1024" }) else { return nil }
    return product.operations / (try Measurement.run(product, registry: registry, threads: threads).lower)
  }

  private func row(_ measured: Measurement, peak: Double?) -> [String] {
    let workload = measured.workload
    var (rate, share) = ("", "")
    if workload.operations > 0 {
      let operations = workload.operations / measured.median
      rate = "\(ProgressText.short(operations * 1e-9)) GFLOP/s"
      share = peak.map { "\(Int((100 * operations / $0).rounded())) %" } ?? ""
    } else if workload.bytes > 0 {
      rate = "\(ProgressText.short(workload.bytes / measured.median * 1e-9)) GB/s"
    }
    return [
      workload.name, workload.unit, time(measured.median), "\(time(measured.lower)) – \(time(measured.upper))", rate,
      share,
      measured.prepared.peakBytes.map { "\(ProgressText.short(Double($0) * 1e-6)) MB" } ?? "",
      measured.prepared.compilation.map { "\(ProgressText.short($0)) ms" } ?? "",
    ]
  }

  private func time(_ seconds: Double) -> String {
    if seconds < 1e-3 { return "\(ProgressText.short(seconds * 1e6)) µs" }
    if seconds < 1 { return "\(ProgressText.short(seconds * 1e3)) ms" }
    return "\(ProgressText.short(seconds)) s"
  }
}
