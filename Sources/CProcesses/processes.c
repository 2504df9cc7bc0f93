#ifdef EBM_MPI
#define _GNU_SOURCE
#include <limits.h>
#include <mpi.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "CProcesses.h"

// MPI counts in int; longer messages go in pieces.
#define LONGEST_PIECE (1 << 30)

static int rank, size;
static MPI_Comm machine;
// Room for counts and places of an MPI call, by process.
static int *counts_of_call, *places_of_call;

// All errors of MPI end all processes, with its message: that is what the library does unless told otherwise.
bool cp_join(void) {
  int provided;
  MPI_Init_thread(NULL, NULL, MPI_THREAD_SERIALIZED, &provided);
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, rank, MPI_INFO_NULL, &machine);
  counts_of_call = calloc((size_t)size, sizeof(int));
  places_of_call = calloc((size_t)size, sizeof(int));
  return provided >= MPI_THREAD_SERIALIZED && counts_of_call && places_of_call;
}

void cp_leave(void) {
  MPI_Comm_free(&machine);
  MPI_Finalize();
  free(counts_of_call);
  free(places_of_call);
}

int64_t cp_rank(void) { return rank; }
int64_t cp_size(void) { return size; }

int64_t cp_local_size(void) {
  int count;
  MPI_Comm_size(machine, &count);
  return count;
}

double cp_cores(void) {
  enum { CORES = 1024 };
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  sched_getaffinity(0, sizeof allowed, &allowed);
  int users[CORES];
  for (int core = 0; core < CORES; ++core) users[core] = CPU_ISSET(core, &allowed) ? 1 : 0;
  MPI_Allreduce(MPI_IN_PLACE, users, CORES, MPI_INT, MPI_SUM, machine);
  double cores = 0;
  for (int core = 0; core < CORES; ++core) {
    if (CPU_ISSET(core, &allowed)) cores += 1.0 / users[core];
  }
  return cores;
}

void cp_broadcast(void *bytes, int64_t count) {
  for (int64_t first = 0; first < count; first += LONGEST_PIECE) {
    int64_t rest = count - first;
    MPI_Bcast((char *)bytes + first, rest < LONGEST_PIECE ? (int)rest : LONGEST_PIECE, MPI_BYTE, 0, MPI_COMM_WORLD);
  }
}

void cp_gather(void *bytes, const int64_t *counts) {
  int64_t place = 0;
  for (int r = 0; r < size; ++r) place += counts[r];
  if (place <= INT_MAX) {
    place = 0;
    for (int r = 0; r < size; ++r) {
      counts_of_call[r] = (int)counts[r];
      places_of_call[r] = (int)place;
      place += counts[r];
    }
    MPI_Allgatherv(MPI_IN_PLACE, 0, MPI_DATATYPE_NULL, bytes, counts_of_call, places_of_call, MPI_BYTE, MPI_COMM_WORLD);
    return;
  }
  char *part = bytes;
  for (int r = 0; r < size; ++r) {
    for (int64_t first = 0; first < counts[r]; first += LONGEST_PIECE) {
      int64_t rest = counts[r] - first;
      MPI_Bcast(part + first, rest < LONGEST_PIECE ? (int)rest : LONGEST_PIECE, MPI_BYTE, r, MPI_COMM_WORLD);
    }
    part += counts[r];
  }
}

void cp_abort(int status) { MPI_Abort(MPI_COMM_WORLD, status); }
#endif
