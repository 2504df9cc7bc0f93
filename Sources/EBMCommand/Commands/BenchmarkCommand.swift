import EBMCore
import Tensors

/// `ebm benchmark langevin-mlp`: times the engine's workloads on this machine.
package struct BenchmarkCommand: Command {
  let name = "benchmark"
  let summary = "Times workloads on this machine."
  let syntax = CommandSyntax(
    positionals: [Positional("name", "only workloads whose name contains this", isRequired: false)],
    options: [
      CommandOption("threads", value: "number", "threads; all cores by default"),
      CommandOption("json", "print a JSON object a line: name, seconds of one unit, unit"),
    ])
  let details = """
    Each line: the median time of one unit and its quartiles, arithmetic or memory rate and its share of this
    machine's measured peak, memory that a run needs, milliseconds to trace and compile.
    """

  /// Every workload.
  package static let workloads = EngineWorkloads.all + ConvolutionWorkloads.all + PipelineWorkloads.all

  func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitStatus {
    let threads = try arguments.integer("threads", in: 1...1_024) ?? 0
    let only = arguments.positionals.first ?? ""
    let chosen = BenchmarkCommand.workloads.filter { $0.name.contains(only) }
    if chosen.isEmpty {
      throw ConfigurationError([
        ConfigurationProblem(
          unknown: only, path: "", what: "no workload's name contains \"\(only)\"",
          known: BenchmarkCommand.workloads.map(\.name))
      ])
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
