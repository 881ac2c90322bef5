#ifndef DESCENT_CTURBOJPEG_SHIM_H
#define DESCENT_CTURBOJPEG_SHIM_H
#include <turbojpeg.h>
#endif
