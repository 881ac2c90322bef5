#ifndef DESCENT_CHDF5_SHIM_H
#define DESCENT_CHDF5_SHIM_H
// Debian and Ubuntu keep the serial library's headers in a folder of their own.
#include <hdf5/serial/hdf5.h>
#endif
