#ifndef GUEST_ARITHMETIC_H
#define GUEST_ARITHMETIC_H

// GuestKit's arithmetic and memory functions, compiled for the host under other names: `kit_` and the name without
// its underscores.

#include <stddef.h>
#include <stdint.h>

double kit_adddf3(double, double);
double kit_subdf3(double, double);
double kit_muldf3(double, double);
double kit_divdf3(double, double);
double kit_fmod(double, double);
double kit_sqrt(double);
double kit_trunc(double);
double kit_floor(double);
double kit_ceil(double);
double kit_rint(double);
double kit_round(double);
double kit_roundeven(double);
double kit_nearbyint(double);
int kit_eqdf2(double, double);
int kit_nedf2(double, double);
int kit_ltdf2(double, double);
int kit_ledf2(double, double);
int kit_gtdf2(double, double);
int kit_gedf2(double, double);
int kit_unorddf2(double, double);
double kit_floatundidf(uint64_t);
double kit_floatdidf(int64_t);
double kit_floatunsidf(uint32_t);
double kit_floatsidf(int32_t);
uint64_t kit_fixunsdfdi(double);
int64_t kit_fixdfdi(double);
uint32_t kit_fixunsdfsi(double);
int32_t kit_fixdfsi(double);
double kit_extendsfdf2(float);
float kit_truncdfsf2(double);
float kit_addsf3(float, float);
float kit_subsf3(float, float);
float kit_mulsf3(float, float);
float kit_divsf3(float, float);
float kit_fmodf(float, float);
float kit_sqrtf(float);
float kit_truncf(float);
float kit_floorf(float);
float kit_ceilf(float);
float kit_rintf(float);
float kit_roundf(float);
float kit_roundevenf(float);
float kit_nearbyintf(float);
int kit_eqsf2(float, float);
int kit_nesf2(float, float);
int kit_ltsf2(float, float);
int kit_lesf2(float, float);
int kit_gtsf2(float, float);
int kit_gesf2(float, float);
int kit_unordsf2(float, float);
float kit_floatundisf(uint64_t);
float kit_floatdisf(int64_t);
float kit_floatunsisf(uint32_t);
float kit_floatsisf(int32_t);
uint64_t kit_fixunssfdi(float);
int64_t kit_fixsfdi(float);
uint32_t kit_fixunssfsi(float);
int32_t kit_fixsfsi(float);
uint64_t kit_udivdi3(uint64_t, uint64_t);
uint64_t kit_umoddi3(uint64_t, uint64_t);
int64_t kit_divdi3(int64_t, int64_t);
int64_t kit_moddi3(int64_t, int64_t);
uint64_t kit_ashldi3(uint64_t, int);
uint64_t kit_lshrdi3(uint64_t, int);
int64_t kit_ashrdi3(int64_t, int);

typedef struct {
  uint32_t words[4];
} kit_wide;
kit_wide kit_udivti3(kit_wide, kit_wide);
kit_wide kit_umodti3(kit_wide, kit_wide);
kit_wide kit_divti3(kit_wide, kit_wide);
kit_wide kit_modti3(kit_wide, kit_wide);

void *kit_memcpy(void *, const void *, size_t);
void *kit_memmove(void *, const void *, size_t);
void *kit_memset(void *, int, size_t);
int kit_memcmp(const void *, const void *, size_t);

#endif
