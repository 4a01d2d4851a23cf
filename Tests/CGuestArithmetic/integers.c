// See the header.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define __udivdi3 kit_udivdi3
#define __umoddi3 kit_umoddi3
#define __divdi3 kit_divdi3
#define __moddi3 kit_moddi3
#define __ashldi3 kit_ashldi3
#define __lshrdi3 kit_lshrdi3
#define __ashrdi3 kit_ashrdi3
#define __udivmoddi4 kit_udivmoddi4
#define __divmoddi4 kit_divmoddi4
#define __udivti3 kit_udivti3
#define __umodti3 kit_umodti3
#define __divti3 kit_divti3
#define __modti3 kit_modti3

#include "../../Sources/GuestKit/Sources/CGuestKit/integers.c"
