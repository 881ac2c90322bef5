#if arch(arm64)
  import KernelsNEON

  extension KernelTable {
    /// NEON, 14 × 8 register tiles.
    static let neon = KernelTable(
      matrixProduct: KernelsNEON.matrixProduct,
      gradientProduct: KernelsNEON.gradientProduct,
      exponentials: KernelsNEON.exponentials,
      logarithms: KernelsNEON.logarithms,
      rectifyForward: KernelsNEON.rectifyForward,
      rectifyBackward: KernelsNEON.rectifyBackward,
      sigmoidForward: KernelsNEON.sigmoidForward,
      sigmoidBackward: KernelsNEON.sigmoidBackward,
      tanhForward: KernelsNEON.tanhForward,
      tanhBackward: KernelsNEON.tanhBackward,
      softmaxForward: KernelsNEON.softmaxForward,
      softmaxBackward: KernelsNEON.softmaxBackward,
      softmaxCrossEntropyOfClasses: KernelsNEON.softmaxCrossEntropyOfClasses,
      softmaxCrossEntropyOfDistributions: KernelsNEON.softmaxCrossEntropyOfDistributions,
      squaredError: KernelsNEON.squaredError,
      sigmoidCrossEntropy: KernelsNEON.sigmoidCrossEntropy,
      binaryCrossEntropy: KernelsNEON.binaryCrossEntropy,
      categoricalCrossEntropy: KernelsNEON.categoricalCrossEntropy,
      descentUpdate: KernelsNEON.descentUpdate,
      momentumUpdate: KernelsNEON.momentumUpdate,
      adamUpdate: KernelsNEON.adamUpdate,
      sumOfSquares: KernelsNEON.sumOfSquares,
      gatherBytes: KernelsNEON.gatherBytes,
      gatherFloats: KernelsNEON.gatherFloats,
      scaleRows: KernelsNEON.scaleRows,
      normalizeRows: KernelsNEON.normalizeRows,
      dropout: KernelsNEON.dropout,
      transpose: KernelsNEON.transpose,
      columnSums: KernelsNEON.columnSums,
      columnSquaredDeviations: KernelsNEON.columnSquaredDeviations,
      columnNormalizedProducts: KernelsNEON.columnNormalizedProducts,
      normalizationBackward: KernelsNEON.normalizationBackward,
      matchesOfLargest: KernelsNEON.matchesOfLargest,
      multiplyAddChains: KernelsNEON.multiplyAddChains)
  }
#endif
