import Testing

@testable import Descent
@testable import DescentEngine
@testable import DescentFormat

/// Against what `keras.src.utils.naming.to_snake_case` of Keras 3.15.1 returns.
@Suite struct SnakeCaseTests {
  @Test(arguments: [
    ("Dense", "dense"), ("BatchNormalization", "batch_normalization"), ("PReLU", "p_re_lu"),
    ("Conv2D", "conv2d"), ("ELU", "elu"), ("LeakyReLU", "leaky_re_lu"), ("GRUCell", "gru_cell"),
    ("AdamW", "adam_w"), ("RMSprop", "rm_sprop"), ("MaxPooling1D", "max_pooling1d"),
    ("A", "a"), ("aB", "a_b"), ("ABc", "a_bc"), ("ABcDe", "a_bc_de"),
    ("MyHTTPServer", "my_http_server"), ("Adam2W", "adam2w"), ("x", "x"), ("", ""),
    ("RReLUx", "r_re_l_ux"), ("L1L2", "l1l2"), ("ÄBc", "ä_bc"),
  ])
  func classesInSnakeCase(name: String, expected: String) {
    #expect(KerasConfig.snakeCase(name) == expected)
  }
}
