import ArgumentParser

@main
struct CheckpointBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measures how fast large models are saved, and what checkpoints cost a run.",
    subcommands: [Save.self, Train.self])
}

/// The middle one, or the upper of two.
func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
