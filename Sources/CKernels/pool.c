// A team of threads that share numbered tasks. Members watch for work actively for a moment after the last job,
// then sleep. A job is announced by one atomic word, `gate`, through which members join it: whoever comes after
// the tasks are gone finds the gate closed, so the caller waits only for members that are really at work.
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "CKernels.h"

// How long members watch for a job before they sleep: longer than the gaps between the jobs of one computation.
#define WORK_WATCH_NANOSECONDS 50000
// How long a caller watches for the last members: less, since one of them may be waiting for its processor.
#define COMPLETION_WATCH_NANOSECONDS 20000

// The gate: job number in the high half; in the low half the members that may still join, and those that have.
#define SEATS_SHIFT 16
#define FIELD_MASK 0xffffu
typedef uint64_t gate_word;

static gate_word make_gate(uint32_t job, uint32_t seats, uint32_t joined) {
  return (gate_word)job << 32 | (gate_word)seats << SEATS_SHIFT | joined;
}
static uint32_t job_of(gate_word gate) { return (uint32_t)(gate >> 32); }
static uint32_t seats_of(gate_word gate) { return (uint32_t)(gate >> SEATS_SHIFT) & FIELD_MASK; }
static uint32_t joined_of(gate_word gate) { return (uint32_t)gate & FIELD_MASK; }

struct ck_pool {
  // The job: written by its caller while the gate is closed, read by members after they join.
  void (*body)(void *context, int64_t task, int64_t worker);
  void *context;
  int64_t tasks;

  // Contended words, each on a cache line of its own.
  _Alignas(128) _Atomic gate_word gate;
  _Alignas(128) _Atomic int64_t next_task;
  _Alignas(128) _Atomic uint32_t finished;  // members that joined this job and are done with it
  _Alignas(128) atomic_bool busy;           // a caller owns the team

  // Sleeping: a sleeper raises its count, then looks once more; a waker changes the word, then looks at the count.
  // Both orders are sequentially consistent, so one of the two sees the other.
  _Atomic int32_t sleeping_members;
  atomic_bool caller_sleeps;
  atomic_bool stopping;
  pthread_mutex_t mutex;
  pthread_cond_t work, completion;

  int64_t members;
  pthread_t *threads;
};

static inline void relax(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

static int64_t nanoseconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static void take_tasks(ck_pool *pool, int64_t worker) {
  int64_t task;
  while ((task = atomic_fetch_add_explicit(&pool->next_task, 1, memory_order_relaxed)) < pool->tasks) {
    pool->body(pool->context, task, worker);
  }
}

// Joins the job behind `gate` if there is a seat, works, and reports.
static void try_to_join(ck_pool *pool, gate_word gate) {
  while (joined_of(gate) < seats_of(gate)) {
    gate_word joined = gate + 1;
    if (!atomic_compare_exchange_weak(&pool->gate, &gate, joined)) continue;
    take_tasks(pool, joined_of(joined));
    atomic_fetch_add(&pool->finished, 1);
    if (atomic_load(&pool->caller_sleeps)) {
      pthread_mutex_lock(&pool->mutex);
      pthread_cond_signal(&pool->completion);
      pthread_mutex_unlock(&pool->mutex);
    }
    return;
  }
}

// Waits for a job other than `seen`; false when the team is to stop.
static bool await_job(ck_pool *pool, uint32_t seen, gate_word *gate) {
  int64_t deadline = nanoseconds() + WORK_WATCH_NANOSECONDS;
  do {
    for (int attempt = 0; attempt < 64; ++attempt) {
      *gate = atomic_load_explicit(&pool->gate, memory_order_acquire);
      if (job_of(*gate) != seen) return true;
      relax();
    }
    sched_yield();  // the caller itself may be waiting for this processor
  } while (nanoseconds() < deadline);

  pthread_mutex_lock(&pool->mutex);
  atomic_fetch_add(&pool->sleeping_members, 1);
  while (job_of(*gate = atomic_load(&pool->gate)) == seen && !atomic_load(&pool->stopping)) {
    pthread_cond_wait(&pool->work, &pool->mutex);
  }
  atomic_fetch_sub(&pool->sleeping_members, 1);
  pthread_mutex_unlock(&pool->mutex);
  return !atomic_load(&pool->stopping);
}

static void *member(void *argument) {
  ck_pool *pool = argument;
  uint32_t seen = 0;
  gate_word gate;
  while (await_job(pool, seen, &gate)) {
    seen = job_of(gate);
    try_to_join(pool, gate);
  }
  return NULL;
}

static void await_members(ck_pool *pool, uint32_t joined) {
  if (atomic_load(&pool->finished) == joined) return;
  int64_t deadline = nanoseconds() + COMPLETION_WATCH_NANOSECONDS;
  do {
    for (int attempt = 0; attempt < 64; ++attempt) {
      if (atomic_load(&pool->finished) == joined) return;
      relax();
    }
  } while (nanoseconds() < deadline);

  pthread_mutex_lock(&pool->mutex);
  atomic_store(&pool->caller_sleeps, true);
  while (atomic_load(&pool->finished) != joined) pthread_cond_wait(&pool->completion, &pool->mutex);
  atomic_store(&pool->caller_sleeps, false);
  pthread_mutex_unlock(&pool->mutex);
}

static void run_with_team(ck_pool *pool, int64_t tasks, int64_t helpers,
                          void (*body)(void *context, int64_t task, int64_t worker), void *context) {
  pool->body = body;
  pool->context = context;
  pool->tasks = tasks;
  atomic_store_explicit(&pool->next_task, 0, memory_order_relaxed);
  atomic_store_explicit(&pool->finished, 0, memory_order_relaxed);
  uint32_t job = job_of(atomic_load_explicit(&pool->gate, memory_order_relaxed)) + 1;
  atomic_store(&pool->gate, make_gate(job, (uint32_t)helpers, 0));

  if (atomic_load(&pool->sleeping_members) > 0) {
    pthread_mutex_lock(&pool->mutex);
    int64_t sleepers = atomic_load(&pool->sleeping_members);
    if (sleepers > helpers) {
      for (int64_t k = 0; k < helpers; ++k) pthread_cond_signal(&pool->work);
    } else {
      pthread_cond_broadcast(&pool->work);
    }
    pthread_mutex_unlock(&pool->mutex);
  }

  take_tasks(pool, 0);
  gate_word closed = atomic_exchange(&pool->gate, make_gate(job, 0, 0));
  await_members(pool, joined_of(closed));
}

void ck_pool_run(ck_pool *pool, int64_t tasks, int64_t workers,
                 void (*body)(void *context, int64_t task, int64_t worker), void *context) {
  int64_t helpers = (workers < tasks ? workers : tasks) - 1;
  if (helpers > pool->members) helpers = pool->members;
  if (helpers > 0 && !atomic_exchange(&pool->busy, true)) {
    run_with_team(pool, tasks, helpers, body, context);
    atomic_store(&pool->busy, false);
    return;
  }
  for (int64_t task = 0; task < tasks; ++task) body(context, task, 0);
}

ck_pool *ck_pool_create(int64_t threads) {
  if (threads < 1 || threads > (int64_t)FIELD_MASK) return NULL;
  ck_pool *pool = aligned_alloc(_Alignof(ck_pool), sizeof(ck_pool));
  if (!pool) return NULL;
  *pool = (ck_pool){.members = 0};
  pthread_mutex_init(&pool->mutex, NULL);
  pthread_cond_init(&pool->work, NULL);
  pthread_cond_init(&pool->completion, NULL);
  pool->threads = calloc((size_t)threads, sizeof(pthread_t));

  // Members leave signals to the program's own threads.
  sigset_t all, previous;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &previous);
  bool complete = pool->threads != NULL;
  while (complete && pool->members < threads - 1) {
    complete = pthread_create(&pool->threads[pool->members], NULL, member, pool) == 0;
    pool->members += complete;
  }
  pthread_sigmask(SIG_SETMASK, &previous, NULL);
  if (complete) return pool;
  ck_pool_destroy(pool);
  return NULL;
}

void ck_pool_destroy(ck_pool *pool) {
  if (!pool) return;
  pthread_mutex_lock(&pool->mutex);
  atomic_store(&pool->stopping, true);
  pthread_cond_broadcast(&pool->work);
  pthread_mutex_unlock(&pool->mutex);
  for (int64_t k = 0; k < pool->members; ++k) pthread_join(pool->threads[k], NULL);
  pthread_cond_destroy(&pool->completion);
  pthread_cond_destroy(&pool->work);
  pthread_mutex_destroy(&pool->mutex);
  free(pool->threads);
  free(pool);
}
