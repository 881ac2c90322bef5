extension RunConfig {
  /// Every key of the config: the table from which it is decoded, documented and completed.
  public static let keys: [ConfigKey] = [
    ConfigKey(
      optional: "name", .string, absent: "the config file's name",
      "What the run is called; its folder is named after it."),
    ConfigKey(required: "data", .map(dataKeys), "What is learnt from."),
    ConfigKey(
      required: "model", .list(of: .component("layer"), atLeast: 1),
      "The network's layers, from input to output."),
    ConfigKey(
      optional: "augmentation", .list(of: .component("augmentation")),
      absent: "rows are learnt from as they are",
      "How training rows that are images are changed at random, in this order, each time they are learnt from; rows that "
        + "validate, test or are predicted never are. The training cost and metrics are those of the changed rows."
    ),
    ConfigKey(
      optional: "cost", .component("cost"), absent: "inferred from the target",
      "What training makes small."),
    ConfigKey(
      "optimizer", .component("optimizer"), default: "adam",
      "How parameters follow the gradient."),
    ConfigKey(
      "schedule", .component("schedule"), default: "constant",
      "How the learning rate changes over the run."),
    ConfigKey(
      "batch_size", .oneOf([.choice(["all"]), .integer(.atLeast(1))]), default: 32,
      "The rows of one step; with all, every step sees the whole training set."),
    ConfigKey(
      "epochs", .integer(.atLeast(1)), default: 10,
      "How often the training rows are gone through."),
    ConfigKey(
      "seed", .integer(.atLeast(0)), default: 0,
      "What all randomness is derived from: initial weights, shuffles, dropout, splits."),
    ConfigKey(
      "shards", .oneOf([.choice(["auto"]), .integer(.atLeast(1))]), default: "auto",
      "Into how many parts a batch is cut for summation; results depend on it in their last bits."),
    ConfigKey(
      "groups", .integer(.from(1, to: TrainingConfiguration.mostGroups)), default: 1,
      "Into how many runs a batch's shards are divided, whose sums are added up in a fixed binary tree, so that machines can "
        + "share them; results depend on it in their last bits, and shards: auto makes one shard for each at least."
    ),
    ConfigKey(
      "precision", .choice(ProductPrecision.allCases.map(\.rawValue)), default: "float32",
      "What the operands of dense layers' and convolutions' products are rounded to, in training and in prediction; sums, "
        + "weights, gradients and updates stay float32. bfloat16 is up to twice as fast on processors with instructions for "
        + "it; others are slower than in float32, and come to the same products."),
    ConfigKey(
      optional: "metrics", .list(of: .component("metric")),
      absent: "accuracy for classes, mean_absolute_error for values",
      "What is measured beside the cost."),
    ConfigKey(
      optional: "early_stopping", .map(earlyStoppingKeys),
      "When to stop before the last epoch; {} stops with the defaults below."),
    ConfigKey(
      optional: "ensemble", .integer(.from(1, to: EnsemblePlan.mostMembers)), absent: "one network",
      "How many networks are trained side by side, each from a seed of its own, and averaged in one file."
    ),
    ConfigKey(
      optional: "folds",
      .oneOf([.integer(.from(2, to: EnsemblePlan.mostMembers)), .map(foldKeys)]),
      absent: "all networks have the same validation rows",
      "Into how many parts the training rows are divided: each part validates a network that is trained on the others, and "
        + "all of them are averaged in one file. Takes the place of data.validation."),
    ConfigKey(
      optional: "threshold",
      .oneOf([.choice(DecisionThreshold.Figure.allCases.map(\.rawValue)), .number(.between(0, 1))]),
      absent: "one half",
      "The probability of the second of two classes above which that is the answer of the finished model: a number, or the figure "
        + "that it makes the best of the rows that validate, with folds of all training rows, each by a network that was not trained on "
        + "it. balanced_accuracy chooses as Youden's index does."
    ),
    ConfigKey(
      optional: "temperature", .oneOf([.bool, .choice(["auto"])]),
      absent: "true for averages of several networks",
      "Whether the logits of the finished model are divided by the number that makes the held-out rows the most likely, so that "
        + "probabilities are as sure as they are right; auto does where there are such rows and such logits, and a run without a "
        + "config has it."),
    ConfigKey(
      optional: "tune",
      .named(
        .oneOf([.list(of: .oneOf([.bool, .number(), .string]), atLeast: 2), .map(rangeKeys)])),
      absent: "what usually matters",
      "What descent tune varies: keys of the config, each with a list of values or a range. Training takes no notice of it."
    ),
    ConfigKey("checkpoint", .map(checkpointKeys), default: [:], "How often the run is saved."),
    ConfigKey(
      optional: "class_weights",
      .oneOf([.choice(["balanced"]), .named(.number(.atLeast(0)))]), absent: "all count alike",
      "How much the rows of each class count in training: balanced, or a map from classes to weights."
    ),
    ConfigKey(
      "tensorboard", .oneOf([.bool, .map(tensorBoardKeys)]), default: false,
      "Whether the run's folder also holds event files for TensorBoard; a map says what they hold."
    ),
  ]

  private static let foldKeys = [
    ConfigKey(
      required: "count", .integer(.from(2, to: EnsemblePlan.mostMembers)), "How many parts."),
    ConfigKey(
      optional: "by", .string,
      "The column of a table whose equal values are kept together in one part. It is no feature unless columns or features "
        + "name it."),
  ]

  private static let rangeKeys = [
    ConfigKey(required: "from", .number(), "The least value."),
    ConfigKey(required: "to", .number(), "The largest value."),
    ConfigKey(
      "scale", .choice(["linear", "log"]), default: "linear",
      "Whether values are drawn evenly, or their logarithms are."),
  ]

  private static let pairKeys = [
    ConfigKey(required: "features", .path, "The file of the features, one entry per row."),
    ConfigKey(required: "labels", .path, "The file of the labels, one entry per row."),
    weightsKey,
  ]

  private static let weightsKey = ConfigKey(
    optional: "weights", .path, absent: "all rows count alike",
    "The file of the rows' weights, one number per row.")

  private static let validationKeys = [
    ConfigKey(optional: "features", .path, "The file of the features, one entry per row."),
    ConfigKey(optional: "labels", .path, "The file of the labels, one entry per row."),
    weightsKey,
    ConfigKey(
      optional: "fraction", .number(.between(0, 1)), "The fraction of the training rows."),
    ConfigKey(
      optional: "by", .string,
      "The column of a table that divides it: with fraction its equal values are kept together, such as a "
        + "patient's number; with last it is the time, as numbers or as dates, with the time of day or without. It is no "
        + "feature unless columns or features name it."),
    ConfigKey(
      optional: "fold", .integer(.atLeast(1)),
      "Which of several parts of the training rows validates: the first is 1. Rows are dealt out at random, with the same "
        + "share of every class in each part."),
    ConfigKey(optional: "of", .integer(.atLeast(2)), "How many such parts there are."),
    ConfigKey(
      optional: "last", .number(.between(0, 1)),
      "The fraction of the training rows that is taken from their end: the last ones in the file, or the latest "
        + "by a column."),
  ]

  private static let dataKeys: [ConfigKey] = [
    ConfigKey(
      required: "train", .oneOf([.path, .map(pairKeys)]),
      "The training rows: one file, or a file of features and one of labels, or a folder whose folders are classes of PNG "
        + "and JPEG images."),
    ConfigKey(
      optional: "validation", .oneOf([.number(.between(0, 1)), .path, .map(validationKeys)]),
      "The rows that judge each epoch: a fraction taken from the training rows, or files."),
    ConfigKey(
      optional: "split_seed", .integer(.atLeast(0)), absent: "the run's seed",
      "What decides which of the training rows validate, so that runs with other seeds validate with the same."
    ),
    ConfigKey(
      optional: "test", .oneOf([.path, .map(pairKeys)]),
      "The rows that the finished model is measured on."),
    ConfigKey(
      optional: "target", .oneOf([.string, .list(of: .string, atLeast: 1)]),
      "The column of a table to be predicted, or several of them."),
    ConfigKey(
      optional: "target_kind", .choice(TargetKind.allCases.map(\.rawValue)),
      absent: "found from cost, output layer and rows",
      "Whether the target names classes or is a quantity, for every format. Where neither cost nor output layer "
        + "settles it, text is classes, and so are two different numbers, and whole numbers from 0 or 1 without a gap "
        + "that are few or that an array has as integers; other numbers are values."),
    ConfigKey(
      "scale", .choice(DataConfig.Scale.allCases.map(\.rawValue)), default: "none",
      "How features are scaled, as the model's first layer: unit divides bytes by 255, standard "
        + "gives every feature mean 0 and variance 1, robust takes the median and the distance of the quartiles for a table's "
        + "numbers and bends what is far off smoothly towards 3."),
    ConfigKey(
      "numbers", .oneOf([.choice(DataConfig.Numbers.kinds), .map(numberKeys)]), default: "plain",
      "How a table's numbers enter the model's own layers once they are scaled: plain as they are, piecewise_linear as how far "
        + "they have come through each of 16 bins, or of as many as a map gives, periodic as 8 trained mixtures of waves of 16 trained frequencies; auto is the number "
        + "beside 6 bins for classes, and beside those mixtures for values (of more than 32 columns plain), which a run without a config has. Bins are learnt from the training rows, and "
        + "columns of one or two values stay as they are."),
    ConfigKey(
      optional: "image", .map(imageKeys), absent: "as the files are",
      "How image files become rows of [height, width, channels]. The model's file keeps it, so that an image of any size "
        + "is predicted as those that were trained on."),
    ConfigKey(
      optional: "delimiter", .string, absent: "found from the file",
      "The character between the columns of a table, or whitespace where runs of blanks and tabs are."
    ),
    ConfigKey(
      optional: "decimal", .choice([".", ","]), absent: "found for each column",
      "What stands before the decimals of a table's numbers. A column in which it might as well stand for thousands "
        + "is refused."),
    ConfigKey(
      optional: "thousands", .choice(NumberNotation.Separator.allCases.map(\.rawValue)),
      absent: "found for each column", "What stands between the thousands of a table's numbers."),
    ConfigKey(
      optional: "comment", .string,
      "The character with which lines of a table begin that do not count, such as #."),
    ConfigKey(
      "skip_lines", .integer(.atLeast(0)), default: 0,
      "How many lines at a table's beginning do not count."),
    ConfigKey(
      "header", .oneOf([.choice(["auto"]), .bool]), default: "auto",
      "Whether the first line of a table names its columns."),
    ConfigKey(
      optional: "sample_weight", .string, absent: "all rows count alike",
      "The column of a table, or the array of an NPZ or HDF5 file, that says how much each row counts in the cost "
        + "of training and of validation. Metrics count all rows alike."),
    ConfigKey(
      optional: "columns",
      .named(.oneOf([.choice(columnKinds), .map(embedKeys)])),
      absent: "found from the cells",
      "What columns of a table hold: numbers, categories, dates, or nothing of use. Each value of a categorical column "
        + "becomes a feature of its own, and with embed a trained vector. A column of text is categorical. A date becomes the time elapsed, year, month, day, "
        + "weekday and hour, as far as these differ; date_day_first and date_month_first say how 5/6/2024 is meant."
    ),
    ConfigKey(
      optional: "features", .list(of: .string, atLeast: 1), absent: "all but the targets",
      "The columns of a table to learn from."),
    ConfigKey(
      "missing", .choice(["error", "mean", "median"]), default: "error",
      "What stands for a number that is missing from a table: the training rows' mean or median, with a "
        + "feature more that says so."),
    ConfigKey(
      optional: "missing_values",
      .oneOf([.list(of: .string, atLeast: 1), .map(missingValueKeys)]),
      absent: "the words that are known",
      "Further words that mean that a value is missing from a table. Known are an empty cell, NA, N/A, n/a, na, <NA>, "
        + "#N/A, #NA, NaN, nan, NAN, -NaN, -nan, NULL, Null, null, None, ? and a point, and in columns of numbers also "
        + "-, --, *, none, NONE, missing and Missing. A row whose target is missing is left out."),
    ConfigKey(
      "identifiers", .choice(["keep", "drop"]), default: "keep",
      "What is done with a column of text of which most cells differ: names, notes, numbers in an unknown notation. "
        + "drop leaves it out unless columns or features name it; a run without a config does."),
    ConfigKey(
      "constants", .choice(["keep", "drop"]), default: "keep",
      "What is done with a column whose cells are all the same: drop leaves it out unless columns or features name it; a run "
        + "without a config does."),
    ConfigKey(
      optional: "embed_above", .integer(.atLeast(1)), absent: "no column is",
      "Columns of text with more values than this become trained vectors, as columns: { it: embed } makes them."
    ),
    ConfigKey(
      "codes", .choice(["keep", "embed"]), default: "keep",
      "What a column of whole numbers is that are names, as of states, schools or persons, where values next to each other differ in "
        + "the target as any two do: a quantity like others, or a trained vector for each, as columns: { it: embed } makes it; a run "
        + "without a config has vectors."),
    ConfigKey(
      "dates", .choice(["text", "features"]), default: "text",
      "What a column of text is whose cells are all dates: text like others, or what of a time matters, as columns: { it: date } "
        + "makes it; a run without a config has features."),
    ConfigKey(
      "unseen", .choice(["error", "other"]), default: "error",
      "What is done with a category that no training row has: other keeps a feature for all such."),
    ConfigKey(
      "scale_target", .choice(DataConfig.TargetScale.allCases.map(\.rawValue)), default: "none",
      "How values to be predicted are scaled: standard ends the model with a layer that multiplies by their "
        + "standard deviation and adds their mean, so that predictions and metrics are in their own unit. A cost "
        + "that takes any number is that of the scaled values, so that the fit does not depend on their unit. auto is "
        + "standard where cost and last layer take any number, and none elsewhere, as of classes; a run without a "
        + "config has it."
    ),
  ]

  private static let imageKeys: [ConfigKey] = {
    let side = ConfigType.integer(.from(1, to: ImageOptions.longestSide))
    return [
      ConfigKey(
        optional: "size", .oneOf([side, .list(of: side)]), absent: "that of all files",
        "Height and width, or one number for both, that all images become. It has to be given where they differ."
      ),
      ConfigKey(
        optional: "channels", .integer(.from(1, to: 3)), absent: "those of all files",
        "1 makes all images grey, 3 makes all of them colour. It has to be given where some are the one and some the other."
      ),
      ConfigKey(
        "resize", .choice(ImageEncoding.Resize.allCases.map(\.rawValue)), default: "stretch",
        "What becomes of an image of another shape: stretch scales each side for itself, crop takes its middle, and pad "
          + "puts all of it between margins."),
      ConfigKey(
        "interpolation", .choice(ImageEncoding.Interpolation.allCases.map(\.rawValue)),
        default: "bilinear",
        "How pixels of another size are made. All but nearest take every pixel into account where an image shrinks, as "
          + "Pillow and torchvision do."),
      ConfigKey(
        optional: "background", .integer(.from(0, to: 255)), absent: "white, and black margins",
        "The brightness behind transparent pixels and of the margins of pad."),
      ConfigKey(
        "unreadable", .choice(ImageOptions.Unreadable.allCases.map(\.rawValue)), default: "error",
        "What is done with a file that is no image or is damaged, where rows are learnt from or judged: skip leaves it out, "
          + "which is said."),
      ConfigKey(
        optional: "layout", .choice(ImageOptions.Layout.allCases.map(\.rawValue)),
        absent: "channels_last",
        "Where the channels of an array of images are: channels_first is [rows, channels, height, width], whose channels are "
          + "moved last. An array that looks so is refused where nothing is said."),
    ]
  }()

  private static let columnKinds = [
    "number", "categorical", "embed", "date", "date_day_first", "date_month_first", "drop",
  ]

  private static let missingValueKeys = [
    ConfigKey(
      required: "only", .list(of: .string), "All such words, in place of those that are known.")
  ]

  private static let embedKeys = [
    ConfigKey(
      required: "embed", .integer(.from(1, to: 4096)),
      "The length of the vectors; embed alone takes 1.6 · categories^0.56, rounded.")
  ]

  private static let numberKeys = [
    ConfigKey(
      optional: "piecewise_linear", .integer(.from(1, to: PiecewiseLinear.mostBins)),
      "The most bins of a column."),
    ConfigKey(
      optional: "periodic", .integer(.from(1, to: Periodic.mostWaves)),
      "The frequencies of a column's waves."),
    ConfigKey(
      optional: "units", .integer(.from(1, to: Periodic.mostWaves)), absent: "8",
      "How many mixtures of its waves a column becomes."),
    ConfigKey(
      optional: "stddev", .number(.above(0)), absent: "0.1",
      "The deviation of the first frequencies."),
    ConfigKey(
      optional: "include_input", .bool, absent: "false",
      "Whether the number itself stands beside its bins or its waves."),
  ]

  private static let earlyStoppingKeys: [ConfigKey] = [
    ConfigKey(
      "monitor", .string, default: "validation_cost",
      "The figure of the history that should improve."),
    ConfigKey(
      "patience", .integer(.atLeast(0)), default: 5,
      "How many epochs without improvement are waited for."),
    ConfigKey(
      "min_delta", .number(.atLeast(0)), default: 0.0,
      "The least change that counts as an improvement."),
    ConfigKey(
      "start_from_epoch", .integer(.atLeast(0)), default: 0,
      "How many epochs pass before improvement is watched."),
  ]

  private static let checkpointKeys: [ConfigKey] = [
    ConfigKey(
      "every_epochs", .integer(.atLeast(1)), default: 1,
      "How many epochs lie between two checkpoints."),
    ConfigKey(
      "every_seconds", .number(.above(0)), default: 600.0,
      "How many seconds at most lie between two checkpoints, also within an epoch."),
    ConfigKey(
      "keep", .integer(.atLeast(0)), default: 3,
      "How many checkpoints are kept beside the last and the best."),
    ConfigKey(
      optional: "monitor", .string,
      absent: "what early_stopping monitors, else validation_cost, without validation rows cost",
      "The figure that makes an epoch the best, as its weights at its end come to: cost, validation_cost, or a metric by "
        + "its name, on the validation rows with validation_ before it. Metrics that should grow are maximised. The "
        + "training rows are gone through once more, forward, for a figure of theirs."),
    ConfigKey(
      "best", .integer(.from(1, to: 1000)), default: 1,
      "How many of the best epochs' checkpoints are kept; best.h5 is the best of them."),
  ]

  /// What `tensorboard: true` stands for are the defaults of these.
  static let tensorBoardKeys: [ConfigKey] = [
    ConfigKey(
      "every_steps", .integer(.atLeast(1)), default: 10,
      "How many steps lie between two points of the mini-batches' cost and learning rate."),
    ConfigKey(
      "histograms", .choice(RunConfig.TensorBoard.Histograms.allCases.map(\.rawValue)),
      default: "none",
      "What histograms are made of after an epoch: the weights, and the gradients on up to 1,024 training rows."
    ),
    ConfigKey(
      "histogram_every_epochs", .integer(.atLeast(1)), default: 1,
      "How many epochs lie between two sets of histograms."),
  ]
}
