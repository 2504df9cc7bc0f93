// Which instructions kernels use.
#include <stdio.h>
#include <stdlib.h>

#include "dispatch.h"
#include "include/CKernels.h"

ck_instructions ck_instructions_here = CK_BASELINE;

static ck_instructions best_of_machine(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma") || !__builtin_cpu_supports("bmi2")) {
    return CK_BASELINE;
  }
  const bool has_avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
                          __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
                          __builtin_cpu_supports("avx512cd");
  return has_avx512 ? CK_AVX512 : CK_AVX2;
#else
  return CK_BASELINE;
#endif
}

static const char *const names[] = {"baseline", "avx2", "avx512"};

bool ck_use_instructions(const char *name) {
  for (ck_instructions level = CK_BASELINE; level <= best_of_machine(); level++) {
    if (strcmp(name, names[level]) != 0) continue;
    ck_instructions_here = level;
    return true;
  }
  return false;
}

const char *ck_instructions_name(void) { return names[ck_instructions_here]; }

// Before main: nothing runs that could see it change.
__attribute__((constructor)) static void choose(void) {
  ck_instructions_here = best_of_machine();
  const char *wanted = getenv("EBM_SIMD");
  if (wanted == NULL || wanted[0] == 0 || ck_use_instructions(wanted)) return;
  fprintf(stderr, "EBM_SIMD: this machine has no \"%s\"; its best is %s\n", wanted, names[best_of_machine()]);
  exit(64);
}
