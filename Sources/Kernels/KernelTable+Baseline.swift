#if arch(x86_64)
  import KernelsBaseline

  extension KernelTable {
    /// SSE2, which every x86-64 processor has, 6 × 8 register tiles.
    static let baseline = KernelTable(
      matrixProduct: KernelsBaseline.matrixProduct,
      gradientProduct: KernelsBaseline.gradientProduct,
      exponentials: KernelsBaseline.exponentials,
      logarithms: KernelsBaseline.logarithms,
      rectifyForward: KernelsBaseline.rectifyForward,
      rectifyBackward: KernelsBaseline.rectifyBackward,
      sigmoidForward: KernelsBaseline.sigmoidForward,
      sigmoidBackward: KernelsBaseline.sigmoidBackward,
      tanhForward: KernelsBaseline.tanhForward,
      tanhBackward: KernelsBaseline.tanhBackward,
      softmaxForward: KernelsBaseline.softmaxForward,
      softmaxBackward: KernelsBaseline.softmaxBackward,
      softmaxCrossEntropyOfClasses: KernelsBaseline.softmaxCrossEntropyOfClasses,
      softmaxCrossEntropyOfDistributions: KernelsBaseline.softmaxCrossEntropyOfDistributions,
      squaredError: KernelsBaseline.squaredError,
      sigmoidCrossEntropy: KernelsBaseline.sigmoidCrossEntropy,
      binaryCrossEntropy: KernelsBaseline.binaryCrossEntropy,
      categoricalCrossEntropy: KernelsBaseline.categoricalCrossEntropy,
      descentUpdate: KernelsBaseline.descentUpdate,
      momentumUpdate: KernelsBaseline.momentumUpdate,
      adamUpdate: KernelsBaseline.adamUpdate,
      sumOfSquares: KernelsBaseline.sumOfSquares,
      gatherBytes: KernelsBaseline.gatherBytes,
      gatherFloats: KernelsBaseline.gatherFloats,
      scaleRows: KernelsBaseline.scaleRows,
      normalizeRows: KernelsBaseline.normalizeRows,
      dropout: KernelsBaseline.dropout,
      transpose: KernelsBaseline.transpose,
      columnSums: KernelsBaseline.columnSums,
      columnSquaredDeviations: KernelsBaseline.columnSquaredDeviations,
      columnNormalizedProducts: KernelsBaseline.columnNormalizedProducts,
      normalizationBackward: KernelsBaseline.normalizationBackward,
      matchesOfLargest: KernelsBaseline.matchesOfLargest,
      multiplyAddChains: KernelsBaseline.multiplyAddChains)
  }
#endif
