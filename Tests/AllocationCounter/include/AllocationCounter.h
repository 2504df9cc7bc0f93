// Counts the allocations of a process by standing in front of the C library's allocator.
#ifndef ALLOCATION_COUNTER_H
#define ALLOCATION_COUNTER_H

#include <stdint.h>

// Allocations that this thread has made since it started.
int64_t allocation_count(void);

// Bytes that all threads have asked for since the process started; what was given back is not taken off.
int64_t allocated_bytes(void);

#endif
