// The package GuestKit as bytes, so that the command line has it wherever it is installed: one executable, no folder
// of resources beside it. The compiler notices when one of the files changes; a test compares this list with the
// folder.

#include "guest_files.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char manifest[] = {
#embed "../GuestKit/Package.swift"
};
static const unsigned char ignored[] = {
#embed "../GuestKit/.gitignore"
};
static const unsigned char module_map[] = {
#embed "../GuestKit/Sources/CGuestKit/include/module.modulemap"
};
static const unsigned char header[] = {
#embed "../GuestKit/Sources/CGuestKit/include/guestkit.h"
};
static const unsigned char start[] = {
#embed "../GuestKit/Sources/CGuestKit/start.S"
};
static const unsigned char machine[] = {
#embed "../GuestKit/Sources/CGuestKit/machine.c"
};
static const unsigned char heap[] = {
#embed "../GuestKit/Sources/CGuestKit/heap.c"
};
static const unsigned char memory[] = {
#embed "../GuestKit/Sources/CGuestKit/memory.c"
};
static const unsigned char integers[] = {
#embed "../GuestKit/Sources/CGuestKit/integers.c"
};
static const unsigned char floats[] = {
#embed "../GuestKit/Sources/CGuestKit/floats.c"
};
static const unsigned char atomics[] = {
#embed "../GuestKit/Sources/CGuestKit/atomics.c"
};
static const unsigned char guest[] = {
#embed "../GuestKit/Sources/GuestKit/Guest.swift"
};
static const unsigned char input[] = {
#embed "../GuestKit/Sources/GuestKit/Input.swift"
};
static const unsigned char public_values[] = {
#embed "../GuestKit/Sources/GuestKit/PublicValues.swift"
};
static const unsigned char deferral[] = {
#embed "../GuestKit/Sources/GuestKit/Deferral.swift"
};

static const guest_file files[] = {
    {"Package.swift", manifest, sizeof manifest},
    {".gitignore", ignored, sizeof ignored},
    {"Sources/CGuestKit/include/module.modulemap", module_map, sizeof module_map},
    {"Sources/CGuestKit/include/guestkit.h", header, sizeof header},
    {"Sources/CGuestKit/start.S", start, sizeof start},
    {"Sources/CGuestKit/machine.c", machine, sizeof machine},
    {"Sources/CGuestKit/heap.c", heap, sizeof heap},
    {"Sources/CGuestKit/memory.c", memory, sizeof memory},
    {"Sources/CGuestKit/integers.c", integers, sizeof integers},
    {"Sources/CGuestKit/floats.c", floats, sizeof floats},
    {"Sources/CGuestKit/atomics.c", atomics, sizeof atomics},
    {"Sources/GuestKit/Guest.swift", guest, sizeof guest},
    {"Sources/GuestKit/Input.swift", input, sizeof input},
    {"Sources/GuestKit/PublicValues.swift", public_values, sizeof public_values},
    {"Sources/GuestKit/Deferral.swift", deferral, sizeof deferral},
};

const guest_file *guest_file_at(size_t index) {
  return index < sizeof files / sizeof files[0] ? &files[index] : NULL;
}

static const unsigned char unicode_program[] = {
#embed "unicode/tables.c"
};
static const guest_file unicode_file = {"tables.c", unicode_program, sizeof unicode_program};

const guest_file *guest_unicode_program(void) { return &unicode_file; }
