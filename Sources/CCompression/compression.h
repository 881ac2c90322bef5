#ifndef DESCENT_CCOMPRESSION_H
#define DESCENT_CCOMPRESSION_H
// What libbz2, liblzma and libzstd are handed, as their headers lay it out: the libraries are loaded when a file asks for
// them, so that neither they nor their headers are needed to build or to run anything else.
#include <stddef.h>
#include <stdint.h>

// bzlib.h, 1.0: bz_stream
typedef struct {
  char *next_in;
  unsigned int avail_in;
  unsigned int total_in_lo32;
  unsigned int total_in_hi32;
  char *next_out;
  unsigned int avail_out;
  unsigned int total_out_lo32;
  unsigned int total_out_hi32;
  void *state;
  void *bzalloc;
  void *bzfree;
  void *opaque;
} descent_bz_stream;

// lzma/base.h, 5: lzma_stream
typedef struct {
  const uint8_t *next_in;
  size_t avail_in;
  uint64_t total_in;
  uint8_t *next_out;
  size_t avail_out;
  uint64_t total_out;
  const void *allocator;
  void *internal;
  void *reserved_pointers[4];
  uint64_t reserved_positions[2];
  size_t reserved_sizes[2];
  int reserved_enums[2];
} descent_lzma_stream;

// zstd.h, 1: ZSTD_inBuffer and ZSTD_outBuffer
typedef struct {
  const void *source;
  size_t size;
  size_t position;
} descent_zstd_in;

typedef struct {
  void *target;
  size_t size;
  size_t position;
} descent_zstd_out;
#endif
