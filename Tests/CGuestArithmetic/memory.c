// See the header.

#define memcpy kit_memcpy
#define memmove kit_memmove
#define memset kit_memset
#define memcmp kit_memcmp
#define strlen kit_strlen
#define malloc kit_malloc
#define calloc kit_calloc
#define realloc kit_realloc
#define free kit_free

#include "../../Sources/GuestKit/Sources/CGuestKit/memory.c"
