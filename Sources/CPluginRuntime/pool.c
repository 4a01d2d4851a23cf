// Threads for parallel_for: started once, asleep between loops.
#include "internal.h"

#include <stdlib.h>

struct opr_pool {
  pthread_mutex_t lock;
  pthread_cond_t work, idle;
  void (*prepare)(void);
  void (*body)(uint64_t, void *);
  void *user;
  uint64_t count;
  uint64_t next;        // atomic: the next body to run
  uint64_t generation;  // of the loop
  uint32_t running;     // helpers inside the loop
  uint32_t ready;
  bool stops;
  uint32_t thread_count;
  pthread_t threads[];
};

// Whether this thread runs a body: loops within are serial.
static _Thread_local bool is_inside;

static void take_part(opr_pool *pool, uint64_t count, void (*body)(uint64_t, void *), void *user) {
  is_inside = true;
  for (;;) {
    uint64_t index = __atomic_fetch_add(&pool->next, 1, __ATOMIC_RELAXED);
    if (index >= count) break;
    body(index, user);
  }
  is_inside = false;
}

static void *helper(void *argument) {
  opr_pool *pool = argument;
  if (pool->prepare) pool->prepare();
  // The allocator gives this thread its own area now, while all system calls are allowed.
  free(malloc(1024));
  uint64_t seen = 0;
  pthread_mutex_lock(&pool->lock);
  pool->ready += 1;
  pthread_cond_broadcast(&pool->idle);
  for (;;) {
    while (!pool->stops && pool->generation == seen) pthread_cond_wait(&pool->work, &pool->lock);
    if (pool->stops) break;
    seen = pool->generation;
    if (!pool->body) continue;
    void (*body)(uint64_t, void *) = pool->body;
    void *user = pool->user;
    uint64_t count = pool->count;
    pool->running += 1;
    pthread_mutex_unlock(&pool->lock);
    take_part(pool, count, body, user);
    pthread_mutex_lock(&pool->lock);
    pool->running -= 1;
    if (pool->running == 0) pthread_cond_broadcast(&pool->idle);
  }
  pthread_mutex_unlock(&pool->lock);
  return NULL;
}

opr_pool *opr_pool_create(uint32_t threads, void (*prepare)(void)) {
  if (threads > 256) threads = 256;
  opr_pool *pool = calloc(1, sizeof(opr_pool) + threads * sizeof(pthread_t));
  if (!pool) return NULL;
  pthread_mutex_init(&pool->lock, NULL);
  pthread_cond_init(&pool->work, NULL);
  pthread_cond_init(&pool->idle, NULL);
  pool->prepare = prepare;
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, 8 << 20);
  while (pool->thread_count < threads) {
    if (pthread_create(&pool->threads[pool->thread_count], &attributes, helper, pool)) break;
    pool->thread_count += 1;
  }
  pthread_attr_destroy(&attributes);
  if (pool->thread_count < threads) {
    opr_pool_destroy(pool);
    return NULL;
  }
  pthread_mutex_lock(&pool->lock);
  while (pool->ready < threads) pthread_cond_wait(&pool->idle, &pool->lock);
  pthread_mutex_unlock(&pool->lock);
  return pool;
}

void opr_pool_run(opr_pool *pool, uint64_t count, void (*body)(uint64_t, void *), void *user) {
  if (!body) return;
  if (is_inside || !pool || pool->thread_count == 0 || count < 2) {
    for (uint64_t i = 0; i < count; i++) body(i, user);
    return;
  }
  pthread_mutex_lock(&pool->lock);
  pool->body = body;
  pool->user = user;
  pool->count = count;
  __atomic_store_n(&pool->next, 0, __ATOMIC_RELAXED);
  pool->generation += 1;
  pthread_cond_broadcast(&pool->work);
  pthread_mutex_unlock(&pool->lock);
  take_part(pool, count, body, user);
  pthread_mutex_lock(&pool->lock);
  // A helper that wakes up late finds no body and goes back to sleep.
  pool->body = NULL;
  while (pool->running > 0) pthread_cond_wait(&pool->idle, &pool->lock);
  pthread_mutex_unlock(&pool->lock);
}

void opr_pool_destroy(opr_pool *pool) {
  if (!pool) return;
  pthread_mutex_lock(&pool->lock);
  pool->stops = true;
  pthread_cond_broadcast(&pool->work);
  pthread_mutex_unlock(&pool->lock);
  for (uint32_t i = 0; i < pool->thread_count; i++) pthread_join(pool->threads[i], NULL);
  pthread_cond_destroy(&pool->work);
  pthread_cond_destroy(&pool->idle);
  pthread_mutex_destroy(&pool->lock);
  free(pool);
}
