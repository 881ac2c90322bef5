#ifndef ALLOCATION_COUNTER_H
#define ALLOCATION_COUNTER_H
// Allocations of all threads since the process began.
long allocation_count(void);
#endif
