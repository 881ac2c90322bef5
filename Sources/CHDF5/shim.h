#ifndef DESCENT_CHDF5_SHIM_H
#define DESCENT_CHDF5_SHIM_H
// Newer libraries give several functions a second form; this asks for the one that 1.10 has.
#define H5_USE_18_API 1
// Debian and Ubuntu keep the serial library's headers in a folder of their own.
#include <hdf5/serial/hdf5.h>
// Newer libraries keep what a file driver is made of apart.
#if __has_include(<hdf5/serial/H5FDdevelop.h>)
#include <hdf5/serial/H5FDdevelop.h>
#endif

// Swift does not import macros that call a function before they yield their value (H5OPEN), nor casts.

// The default property list, as an identifier rather than an untyped zero.
static inline hid_t chdf5_default(void) { return H5P_DEFAULT; }
// The whole dataspace: a macro with a cast.
static inline hid_t chdf5_all(void) { return H5S_ALL; }
// The calling thread's error stack, as an identifier.
static inline hid_t chdf5_error_stack(void) { return H5E_DEFAULT; }
// The address of what was never allocated: a macro whose value depends on the platform.
static inline haddr_t chdf5_undefined_address(void) { return HADDR_UNDEF; }
// A string's size when it varies: a macro with a cast.
static inline size_t chdf5_variable_size(void) { return H5T_VARIABLE; }

// Access flags: each macro opens the library first.
static inline unsigned chdf5_read_only(void) { return H5F_ACC_RDONLY; }
static inline unsigned chdf5_read_write(void) { return H5F_ACC_RDWR; }
static inline unsigned chdf5_truncate(void) { return H5F_ACC_TRUNC; }
static inline unsigned chdf5_exclusive(void) { return H5F_ACC_EXCL; }

// Property list classes: each macro opens the library first.
static inline hid_t chdf5_file_access(void) { return H5P_FILE_ACCESS; }
static inline hid_t chdf5_file_create(void) { return H5P_FILE_CREATE; }
static inline hid_t chdf5_group_create(void) { return H5P_GROUP_CREATE; }
static inline hid_t chdf5_dataset_create(void) { return H5P_DATASET_CREATE; }
static inline hid_t chdf5_dataset_transfer(void) { return H5P_DATASET_XFER; }

// Types in memory: each macro opens the library first.
static inline hid_t chdf5_native_float(void) { return H5T_NATIVE_FLOAT; }
static inline hid_t chdf5_native_double(void) { return H5T_NATIVE_DOUBLE; }
static inline hid_t chdf5_native_int32(void) { return H5T_NATIVE_INT32; }
static inline hid_t chdf5_native_int64(void) { return H5T_NATIVE_INT64; }
static inline hid_t chdf5_native_uint8(void) { return H5T_NATIVE_UINT8; }
static inline hid_t chdf5_native_uint32(void) { return H5T_NATIVE_UINT32; }
static inline hid_t chdf5_native_uint64(void) { return H5T_NATIVE_UINT64; }

// Types in the file, little-endian whatever the machine is: each macro opens the library first.
static inline hid_t chdf5_file_float(void) { return H5T_IEEE_F32LE; }
static inline hid_t chdf5_file_double(void) { return H5T_IEEE_F64LE; }
static inline hid_t chdf5_file_int32(void) { return H5T_STD_I32LE; }
static inline hid_t chdf5_file_int64(void) { return H5T_STD_I64LE; }
static inline hid_t chdf5_file_uint8(void) { return H5T_STD_U8LE; }
static inline hid_t chdf5_file_uint32(void) { return H5T_STD_U32LE; }
static inline hid_t chdf5_file_uint64(void) { return H5T_STD_U64LE; }
// The string type that others are copied from.
static inline hid_t chdf5_c_string(void) { return H5T_C_S1; }

// Whether a link is hard, soft (1), external (2) or of a kind someone registered (3); negative on failure.
// A function of ours because H5L_info_t is another type in newer libraries.
static inline int chdf5_link_kind(hid_t group, const char *name) {
  H5L_info_t info;
  if (H5Lget_info(group, name, &info, H5P_DEFAULT) < 0) return -1;
  if (info.type == H5L_TYPE_HARD) return 0;
  if (info.type == H5L_TYPE_SOFT) return 1;
  return info.type == H5L_TYPE_EXTERNAL ? 2 : 3;
}

// Where in the file an object's header is. A function of ours because newer libraries have tokens instead, of which
// the first bytes are the address.
static inline herr_t chdf5_object_address(hid_t object, uint64_t *address) {
#if H5_VERSION_GE(1, 12, 0)
  H5O_info1_t info;
  herr_t status = H5Oget_info1(object, &info);
#else
  H5O_info_t info;
  herr_t status = H5Oget_info(object, &info);
#endif
  *address = (uint64_t)info.addr;
  return status;
}

// What a walk over a group's names or an object's attributes tells its caller; nonzero ends the walk.
typedef int (*chdf5_visitor)(const char *name, void *context);
struct chdf5_visit {
  chdf5_visitor visitor;
  void *context;
};

// The library's callbacks carry structures that differ between versions; these two pass on the name alone.
static inline herr_t chdf5_link_callback(
    hid_t group, const char *name, const H5L_info_t *info, void *context) {
  (void)group;
  (void)info;
  struct chdf5_visit *visit = (struct chdf5_visit *)context;
  return visit->visitor(name, visit->context);
}
static inline herr_t chdf5_attribute_callback(
    hid_t object, const char *name, const H5A_info_t *info, void *context) {
  (void)object;
  (void)info;
  struct chdf5_visit *visit = (struct chdf5_visit *)context;
  return visit->visitor(name, visit->context);
}

// Calls visitor with the name of each link of a group, in name order.
static inline herr_t chdf5_visit_links(hid_t group, chdf5_visitor visitor, void *context) {
  struct chdf5_visit visit = {visitor, context};
  hsize_t position = 0;
  return H5Literate(
      group, H5_INDEX_NAME, H5_ITER_INC, &position, chdf5_link_callback, &visit);
}
// Calls visitor with the name of each attribute of an object, in name order.
static inline herr_t chdf5_visit_attributes(hid_t object, chdf5_visitor visitor, void *context) {
  struct chdf5_visit visit = {visitor, context};
  hsize_t position = 0;
  return H5Aiterate2(
      object, H5_INDEX_NAME, H5_ITER_INC, &position, chdf5_attribute_callback, &visit);
}

// Names a file driver, and where newer libraries want it the version of the structure and a number that no other
// driver has.
static inline void chdf5_identify_driver(H5FD_class_t *driver) {
#ifdef H5FD_CLASS_VERSION
  driver->version = H5FD_CLASS_VERSION;
  driver->value = (H5FD_class_value_t)(H5_VFD_RESERVED + 77);
#endif
  driver->name = "checked";
}

// Whether a value that does not fit the type in memory fails the read, which the library would clamp.
static inline H5T_conv_ret_t chdf5_conversion_callback(
    H5T_conv_except_t exception, hid_t source, hid_t target, void *from, void *to, void *context) {
  (void)source;
  (void)target;
  (void)from;
  (void)to;
  (void)context;
  if (exception == H5T_CONV_EXCEPT_RANGE_HI || exception == H5T_CONV_EXCEPT_RANGE_LOW) {
    return H5T_CONV_ABORT;
  }
  return H5T_CONV_UNHANDLED;
}
static inline herr_t chdf5_refuse_overflow(hid_t transfer) {
  return H5Pset_type_conv_cb(transfer, chdf5_conversion_callback, NULL);
}
#endif
