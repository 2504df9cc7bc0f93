// Processes that a launcher of MPI has started, as the few calls that the engine makes. Only where the package is built
// with its trait MPI; one thread at a time calls.
#ifndef CPROCESSES_H
#define CPROCESSES_H

#include <stdbool.h>
#include <stdint.h>

// Joins the others. False when the library cannot be called by other threads than the one that joined.
bool cp_join(void);
// Leaves them; all have to.
void cp_leave(void);

int64_t cp_rank(void);
int64_t cp_size(void);
// Processes of this machine.
int64_t cp_local_size(void);
// Cores that this process may use, each counted as its part of the processes of this machine that may use it.
double cp_cores(void);

// `bytes` has room for the parts of all, counts[r] bytes of process r behind those of r - 1, and one's own is filled;
// then all are.
void cp_gather(void *bytes, const int64_t *counts);
// The bytes of process 0.
void cp_broadcast(void *bytes, int64_t count);
// Ends all processes.
void cp_abort(int status);

#endif
