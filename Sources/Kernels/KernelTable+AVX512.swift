#if arch(x86_64)
  import KernelsAVX512

  extension KernelTable {
    /// AVX-512 (F, DQ, CD, BW, VL), 8 × 32 register tiles.
    static let avx512 = KernelTable(
      matrixProduct: KernelsAVX512.matrixProduct,
      gradientProduct: KernelsAVX512.gradientProduct,
      exponentials: KernelsAVX512.exponentials,
      logarithms: KernelsAVX512.logarithms,
      rectifyForward: KernelsAVX512.rectifyForward,
      rectifyBackward: KernelsAVX512.rectifyBackward,
      sigmoidForward: KernelsAVX512.sigmoidForward,
      sigmoidBackward: KernelsAVX512.sigmoidBackward,
      tanhForward: KernelsAVX512.tanhForward,
      tanhBackward: KernelsAVX512.tanhBackward,
      softmaxForward: KernelsAVX512.softmaxForward,
      softmaxBackward: KernelsAVX512.softmaxBackward,
      softmaxCrossEntropyOfClasses: KernelsAVX512.softmaxCrossEntropyOfClasses,
      softmaxCrossEntropyOfDistributions: KernelsAVX512.softmaxCrossEntropyOfDistributions,
      squaredError: KernelsAVX512.squaredError,
      sigmoidCrossEntropy: KernelsAVX512.sigmoidCrossEntropy,
      binaryCrossEntropy: KernelsAVX512.binaryCrossEntropy,
      categoricalCrossEntropy: KernelsAVX512.categoricalCrossEntropy,
      descentUpdate: KernelsAVX512.descentUpdate,
      momentumUpdate: KernelsAVX512.momentumUpdate,
      adamUpdate: KernelsAVX512.adamUpdate,
      sumOfSquares: KernelsAVX512.sumOfSquares,
      gatherBytes: KernelsAVX512.gatherBytes,
      gatherFloats: KernelsAVX512.gatherFloats,
      scaleRows: KernelsAVX512.scaleRows,
      normalizeRows: KernelsAVX512.normalizeRows,
      dropout: KernelsAVX512.dropout,
      transpose: KernelsAVX512.transpose,
      columnSums: KernelsAVX512.columnSums,
      columnSquaredDeviations: KernelsAVX512.columnSquaredDeviations,
      columnNormalizedProducts: KernelsAVX512.columnNormalizedProducts,
      normalizationBackward: KernelsAVX512.normalizationBackward,
      matchesOfLargest: KernelsAVX512.matchesOfLargest,
      multiplyAddChains: KernelsAVX512.multiplyAddChains)
  }
#endif
