#ifndef GUEST_FILES_H
#define GUEST_FILES_H

#include <stddef.h>

/// A file of GuestKit, as it was when this program was compiled.
typedef struct {
  /// Relative to the package's folder.
  const char *path;
  const unsigned char *bytes;
  size_t count;
} guest_file;

/// The file at `index`; NULL above the last one.
const guest_file *guest_file_at(size_t index);

/// The source of the program that prints Unicode tables, which is compiled while a guest is built.
const guest_file *guest_unicode_program(void);

#endif
