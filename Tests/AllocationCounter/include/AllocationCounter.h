// Counts the allocations of a process by standing in front of the C library's allocator.
#ifndef ALLOCATION_COUNTER_H
#define ALLOCATION_COUNTER_H

#include <stdint.h>

// Allocations that this thread has made since it started.
int64_t allocation_count(void);

#endif
