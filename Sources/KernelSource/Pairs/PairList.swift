/// The kernels of products of bfloat16 numbers by their names: as `kernels`, in a list of their own, because the instructions for
/// them make another target of the same source.
public let pairKernels = (
  product: pairProduct,
  gradient: pairGradient,
  convolution: pairConvolution,
  convolutionGradient: pairConvolutionGradient,
  rows: pairRows,
  pixels: pairPixels,
  roundMap: roundMap,
  chains: pairChains
)
