#if arch(x86_64)
  import KernelsAVX2

  extension KernelTable {
    /// AVX2 with FMA, 6 × 16 register tiles.
    static let avx2 = KernelTable(
      matrixProduct: KernelsAVX2.matrixProduct,
      gradientProduct: KernelsAVX2.gradientProduct,
      exponentials: KernelsAVX2.exponentials,
      logarithms: KernelsAVX2.logarithms,
      rectifyForward: KernelsAVX2.rectifyForward,
      rectifyBackward: KernelsAVX2.rectifyBackward,
      sigmoidForward: KernelsAVX2.sigmoidForward,
      sigmoidBackward: KernelsAVX2.sigmoidBackward,
      tanhForward: KernelsAVX2.tanhForward,
      tanhBackward: KernelsAVX2.tanhBackward,
      softmaxForward: KernelsAVX2.softmaxForward,
      softmaxBackward: KernelsAVX2.softmaxBackward,
      softmaxCrossEntropyOfClasses: KernelsAVX2.softmaxCrossEntropyOfClasses,
      softmaxCrossEntropyOfDistributions: KernelsAVX2.softmaxCrossEntropyOfDistributions,
      squaredError: KernelsAVX2.squaredError,
      sigmoidCrossEntropy: KernelsAVX2.sigmoidCrossEntropy,
      binaryCrossEntropy: KernelsAVX2.binaryCrossEntropy,
      categoricalCrossEntropy: KernelsAVX2.categoricalCrossEntropy,
      descentUpdate: KernelsAVX2.descentUpdate,
      momentumUpdate: KernelsAVX2.momentumUpdate,
      adamUpdate: KernelsAVX2.adamUpdate,
      sumOfSquares: KernelsAVX2.sumOfSquares,
      gatherBytes: KernelsAVX2.gatherBytes,
      gatherFloats: KernelsAVX2.gatherFloats,
      scaleRows: KernelsAVX2.scaleRows,
      normalizeRows: KernelsAVX2.normalizeRows,
      dropout: KernelsAVX2.dropout,
      transpose: KernelsAVX2.transpose,
      columnSums: KernelsAVX2.columnSums,
      columnSquaredDeviations: KernelsAVX2.columnSquaredDeviations,
      columnNormalizedProducts: KernelsAVX2.columnNormalizedProducts,
      normalizationBackward: KernelsAVX2.normalizationBackward,
      matchesOfLargest: KernelsAVX2.matchesOfLargest,
      multiplyAddChains: KernelsAVX2.multiplyAddChains)
  }
#endif
