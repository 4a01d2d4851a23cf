// See the header. The functions call each other, so all of a file's are renamed.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define __adddf3 kit_adddf3
#define __subdf3 kit_subdf3
#define __muldf3 kit_muldf3
#define __divdf3 kit_divdf3
#define fmod kit_fmod
#define sqrt kit_sqrt
#define trunc kit_trunc
#define floor kit_floor
#define ceil kit_ceil
#define rint kit_rint
#define round kit_round
#define roundeven kit_roundeven
#define nearbyint kit_nearbyint
#define __eqdf2 kit_eqdf2
#define __nedf2 kit_nedf2
#define __ltdf2 kit_ltdf2
#define __ledf2 kit_ledf2
#define __gtdf2 kit_gtdf2
#define __gedf2 kit_gedf2
#define __unorddf2 kit_unorddf2
#define __floatundidf kit_floatundidf
#define __floatdidf kit_floatdidf
#define __floatunsidf kit_floatunsidf
#define __floatsidf kit_floatsidf
#define __fixunsdfdi kit_fixunsdfdi
#define __fixdfdi kit_fixdfdi
#define __fixunsdfsi kit_fixunsdfsi
#define __fixdfsi kit_fixdfsi
#define __extendsfdf2 kit_extendsfdf2
#define __truncdfsf2 kit_truncdfsf2
#define __addsf3 kit_addsf3
#define __subsf3 kit_subsf3
#define __mulsf3 kit_mulsf3
#define __divsf3 kit_divsf3
#define fmodf kit_fmodf
#define sqrtf kit_sqrtf
#define truncf kit_truncf
#define floorf kit_floorf
#define ceilf kit_ceilf
#define rintf kit_rintf
#define roundf kit_roundf
#define roundevenf kit_roundevenf
#define nearbyintf kit_nearbyintf
#define __eqsf2 kit_eqsf2
#define __nesf2 kit_nesf2
#define __ltsf2 kit_ltsf2
#define __lesf2 kit_lesf2
#define __gtsf2 kit_gtsf2
#define __gesf2 kit_gesf2
#define __unordsf2 kit_unordsf2
#define __floatundisf kit_floatundisf
#define __floatdisf kit_floatdisf
#define __floatunsisf kit_floatunsisf
#define __floatsisf kit_floatsisf
#define __fixunssfdi kit_fixunssfdi
#define __fixsfdi kit_fixsfdi
#define __fixunssfsi kit_fixunssfsi
#define __fixsfsi kit_fixsfsi

#include "../../Sources/GuestKit/Sources/CGuestKit/floats.c"
