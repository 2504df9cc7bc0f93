import EBM
import EBMCommand
import Foundation
import Testing

/// Each folder of `Plugins` is a plugin that can be taken alone.
@Suite struct PluginsTests {
  private static let root = URL(fileURLWithPath: #filePath).appendingPathComponent("../../..").standardizedFileURL.path

  @Test func eachFolderIsAPlugin() throws {
    let folders = try FileManager.default.contentsOfDirectory(atPath: Self.root + "/Plugins").sorted()
    let plugins = [any Plugin].standard.filter { folders.contains($0.name) }
    #expect(plugins.map(\.name) == folders)
    for plugin in plugins {
      let registry = try ComponentRegistry(plugins: [plugin])
      #expect(!registry.entries().isEmpty && registry.entries().allSatisfy { $0.plugin == plugin.name })
    }
    let all = try ComponentRegistry(plugins: .standard)
    #expect(Set(all.entries().map(\.plugin)).isSuperset(of: folders))
    #expect(Set(all.recipes.map(\.plugin)) == ["StandardRecipes"])
  }

  /// A program without recipes, metrics, schedules and initializers of the framework.
  @Test func aProgramTakesThoseItWants() async throws {
    let scratch = try ScratchFolder()
    let recipe = try scratch.write(
      #"""
      {"name": "small", "seed": 1, "dataset": "two-moons", "energy": {"type": "mlp", "widths": [8]},
       "sampler": {"type": "mala", "steps": 2}, "objective": "contrastive-divergence", "optimizer": "adam",
       "training": {"iterations": 2, "batch": 16}, "evaluation": {"count": 100}}
      """#, to: "small.json")
    let plugins: [any Plugin] = [
      DatasetsPlugin(), EnergiesPlugin(), ObjectivesPlugin(), OptimizersPlugin(), SamplersPlugin(),
    ]
    let tool = CommandLineTool(plugins: plugins, output: CommandOutput(result: { _ in }, message: { _ in }))
    #expect(await tool.run(arguments: ["train", recipe, "--output", scratch.file("run")]) == .done)
    #expect(await tool.run(arguments: ["train", recipe, "schedule=geometric-sigma"]) == .wrongUsage)
    #expect(await tool.run(arguments: ["train", "cd-two-moons"]) == .wrongUsage)
  }
}
