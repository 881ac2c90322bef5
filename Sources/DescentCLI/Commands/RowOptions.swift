import ArgumentParser
import Descent

/// The rows to learn from, in the place of a config's.
struct RowOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Train on this file, or this folder of images.", valueName: "file"))
  var data: String?

  @Option(
    help: ArgumentHelp("Predict this column, or these with commas between.", valueName: "column"))
  var target: String?

  @Option(help: ArgumentHelp("Labels of the rows, in a file of their own.", valueName: "file"))
  var labels: String?

  func validate() throws {
    try OptionChecks.check(paths: [("--data", data), ("--labels", labels)])
    _ = try OptionChecks.columns(target)
    try OptionChecks.check(labels: labels, data: data)
    if labels != nil, target != nil {
      throw ValidationError("--target is a column of --data, which --labels takes the place of")
    }
  }

  /// Sees to it that they say what is to be predicted, where nothing else does. Files of arrays may hold their labels, and folders of
  /// images are their labels.
  func requireTarget() throws {
    guard let data, target == nil, labels == nil,
      ![".npz", ".h5", ".hdf5", ".mat"].contains(where: data.lowercased().hasSuffix),
      !TrainingConfig.isFolder(data)
    else { return }
    throw ValidationError("--data needs --target, the column to predict, or --labels, or a config")
  }
}
