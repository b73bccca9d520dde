import { plan } from './memory';
import { Plan } from './plan';

// Numbers at fixed places, below RESERVED_BYTES: threads that have arrived, barriers passed, commandCount given, the last one.
const ARRIVED: usize = 16;
const PASSED: usize = 20;
const COMMANDS: usize = 24;
const COMMAND: usize = 28;
const ARGUMENT: usize = 32;
/** Looks before a thread goes to sleep: some ten microseconds. */
const SPINS: i32 = 4000;

/** Nanoseconds that a thread is waited for. */
const TIMEOUT_NS: i64 = 60_000_000_000;

/**
 * Waits until all threads are here. No number with a point may be kept in a local across it: V8 11
 * (Node 20) gives it back as something else when the thread has slept meanwhile. Read it anew.
 */
export function barrier(): void {
  if (!ASC_FEATURE_THREADS) return;
  const threads = plan(Plan.Threads);
  if (threads === 1) return;
  const passed = atomic.load<i32>(PASSED);
  if (atomic.add<i32>(ARRIVED, 1) === threads - 1) {
    atomic.store<i32>(ARRIVED, 0);
    atomic.store<i32>(PASSED, passed + 1);
    atomic.notify(PASSED, threads);
    return;
  }
  for (let i = 0; i < SPINS; i++) if (atomic.load<i32>(PASSED) !== passed) return;
  while (atomic.load<i32>(PASSED) === passed) {
    // A thread that does not come has failed: better an error than a wait without end.
    if (atomic.wait<i32>(PASSED, passed, TIMEOUT_NS) === 2) unreachable();
  }
}

/** Tells the other threads what to do. */
export function postCommand(command: i32, argument: i32): void {
  if (!ASC_FEATURE_THREADS) return;
  store<i32>(COMMAND, command);
  store<i32>(ARGUMENT, argument);
  atomic.add<i32>(COMMANDS, 1);
  atomic.notify(COMMANDS, -1);
}

/** Waits for the command after `seen`, and gives their number. */
export function awaitCommand(seen: i32): i32 {
  if (!ASC_FEATURE_THREADS) return seen + 1;
  for (let i = 0; i < SPINS; i++) {
    const now = atomic.load<i32>(COMMANDS);
    if (now !== seen) return now;
  }
  while (atomic.load<i32>(COMMANDS) === seen) atomic.wait<i32>(COMMANDS, seen, -1);
  return atomic.load<i32>(COMMANDS);
}

export function postedCommand(): i32 {
  return load<i32>(COMMAND);
}

export function commandArgument(): i32 {
  return load<i32>(ARGUMENT);
}

export function commandsPosted(): i32 {
  return load<i32>(COMMANDS);
}

/** First of `count` things that are a thread's, when all threads take equal parts. */
@inline
export function shareFrom(count: i32, thread: i32): i32 {
  return <i32>((<i64>count * <i64>thread) / <i64>plan(Plan.Threads));
}

/** The thread whose part number `i` of `count` things is. */
@inline
export function shareOf(i: i32, count: i32, threads: i32): i32 {
  return <i32>((<i64>i * <i64>threads) / <i64>count);
}
