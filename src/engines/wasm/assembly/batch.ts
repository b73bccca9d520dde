import { batchPairs, draw } from './draw';
import { at, float, int, plan, setInt, table, tableAt, vector } from './memory';
import { madd, splat } from './numbers';
import { Plan, UntouchedRows, CHUNK_LOCAL_ROWS_PER_PAIR, SCRATCH_FLOATS, Side, Table } from './plan';
import { ROWS_PER_PREFETCH, fetchRows, ownerOf, setSlot, slotOf } from './tables';
import { shareFrom } from './threads';
import { apply, applyCaughtUp, gather } from './vectors';

/** Draws a thread’s share of the batch of a step, and lists it. Gives the groups of the batch. */
export function drawBatch(step: i32, thread: i32): i32 {
  const group = plan(Plan.Group);
  const groups = batchPairs(step);
  const from = shareFrom(groups, thread);
  const to = shareFrom(groups, thread + 1);
  draw(step, from, to);
  listPairs(from * group, to * group, thread);
  return groups;
}

/** Lists a thread’s share of pairs that were written by the other side. Gives the groups of the batch. */
export function listBatch(thread: i32): i32 {
  const group = plan(Plan.Group);
  const groups = plan(Plan.Pairs) / group;
  listPairs(shareFrom(groups, thread) * group, shareFrom(groups, thread + 1) * group, thread);
  return groups;
}

/** Lists pairs from..to by who keeps their rows, and by who keeps their columns. */
export function listPairs(from: i32, to: i32, thread: i32): void {
  listSide(Side.Row, at(Plan.RowsAt), from, to, thread);
  listSide(Side.Column, at(Plan.ColumnsAt), from, to, thread);
}

function listSide(side: i32, entries: usize, from: i32, to: i32, thread: i32): void {
  const threads = plan(Plan.Threads);
  if (threads === 1) {
    // One list of all pairs needs no list.
    setInt(tableAt(side, Table.PairListLengthsAt), 0, to - from);
    return;
  }
  const own = thread * threads;
  const lengths = tableAt(side, Table.PairListLengthsAt) + (<usize>own << 2);
  const room = <usize>table(side, Table.PairListCapacity) << 2;
  const lists = tableAt(side, Table.PairListsAt) + <usize>own * room;
  for (let i = 0; i < threads; i++) setInt(lengths, i, 0);
  for (let n = from; n < to; n++) {
    const list = ownerOf(int(entries, n), threads);
    const length = int(lengths, list);
    setInt(lists + <usize>list * room, length, n);
    setInt(lengths, list, length + 1);
  }
}

/** The list of pairs that a thread listed for the keeper of a side; with one thread, pairs lie as they are. */
@inline
function listAt(side: i32, lister: i32, keeper: i32): usize {
  const list = lister * plan(Plan.Threads) + keeper;
  return tableAt(side, Table.PairListsAt) + <usize>list * (<usize>table(side, Table.PairListCapacity) << 2);
}

@inline
function listLength(side: i32, lister: i32, keeper: i32): i32 {
  return int(tableAt(side, Table.PairListLengthsAt), lister * plan(Plan.Threads) + keeper);
}

/**
 * Gathers the entries of the listed pairs that this thread keeps, each once. With chunks of `chunk` pairs, those of a
 * large table that only one chunk has are left to it; without (0), all are gathered.
 */
export function gatherListed(side: i32, entries: usize, chunk: i32, pairs: i32, thread: i32): void {
  const threads = plan(Plan.Threads);
  const first = thread * table(side, Table.ListCapacity);
  const next =
    chunk > 0 && allowsChunkLocal(side, pairs)
      ? placeShared(side, entries, chunk, first, thread)
      : placeAll(side, entries, first, thread);
  setInt(tableAt(side, Table.ListLengthsAt), thread, next - first);
  gatherPlaces(side, first, next, false);
  // The number of uses of each gives where its members begin: this thread's behind those of the threads before it.
  const marks = tableAt(side, Table.MarksAt);
  const nexts = tableAt(side, Table.NextMemberAt);
  let from = 0;
  for (let lister = 0; lister < threads; lister++) {
    const list = listAt(side, lister, thread);
    const length = listLength(side, lister, thread);
    for (let i = 0; i < length; i++) {
      const slot = slotOf(marks, int(entries, threads === 1 ? i : int(list, i)));
      if (slot >= 0) setInt(nexts, slot, int(nexts, slot) + 1);
    }
    for (let keeper = 0; keeper < thread; keeper++) from += listLength(side, lister, keeper);
  }
  startMembers(side, first, next, from);
}

/**
 * Whether what only one chunk of pairs has may be worked on there: nothing else of a step asks for it, and the table
 * is so large that this is most of the batch.
 */
function allowsChunkLocal(side: i32, pairs: i32): bool {
  if (plan(Plan.UntouchedRows) === UntouchedRows.Dense || tableAt(side, Table.FeatureOffsetsAt) !== 0) return false;
  return table(side, Table.Count) >= CHUNK_LOCAL_ROWS_PER_PAIR * pairs;
}

/** Gives places from `first` on to all entries that this thread keeps, in the order of their table. Gives the place behind. */
function placeAll(side: i32, entries: usize, first: i32, thread: i32): i32 {
  const threads = plan(Plan.Threads);
  const words = (table(side, Table.Count) + 31) >> 5;
  const present = vector(tableAt(side, Table.PresentAt), thread, words);
  for (let lister = 0; lister < threads; lister++) {
    const list = listAt(side, lister, thread);
    const length = listLength(side, lister, thread);
    for (let i = 0; i < length; i++) {
      const entry = int(entries, threads === 1 ? i : int(list, i));
      const word = present + (<usize>(entry >> 5) << 2);
      store<u32>(word, load<u32>(word) | (<u32>1 << (entry & 31)));
    }
  }
  let next = first;
  for (let w = 0; w < words; w++) {
    const word = present + (<usize>w << 2);
    let bits = load<u32>(word);
    if (bits === 0) continue;
    store<u32>(word, 0);
    while (bits !== 0) {
      place(side, (w << 5) + <i32>ctz(bits), next++);
      bits &= bits - 1;
    }
  }
  return next;
}

/** Gives places from `first` on to the entries that this thread keeps and more than one chunk has, and marks the others. */
function placeShared(side: i32, entries: usize, chunk: i32, first: i32, thread: i32): i32 {
  const threads = plan(Plan.Threads);
  const marks = tableAt(side, Table.MarksAt);
  let next = first;
  // What a row is marked by that only the chunk at hand has, and where that chunk ends.
  let mark: i32 = -2;
  let end = chunk;
  for (let lister = 0; lister < threads; lister++) {
    const list = listAt(side, lister, thread);
    const length = listLength(side, lister, thread);
    for (let i = 0; i < length; i++) {
      const n = threads === 1 ? i : int(list, i);
      while (n >= end) {
        end += chunk;
        mark--;
      }
      const entry = int(entries, n);
      const slot = slotOf(marks, entry);
      if (slot === -1) setSlot(marks, entry, mark);
      else if (slot < 0 && slot !== mark) place(side, entry, next++);
    }
  }
  return next;
}

/** Gives an entry a place. */
@inline
function place(side: i32, entry: i32, slot: i32): void {
  setSlot(tableAt(side, Table.MarksAt), entry, slot);
  setInt(tableAt(side, Table.ListAt), slot, entry);
  setInt(tableAt(side, Table.NextMemberAt), slot, 0);
}

/** Gathers the rows at places from..to; see `gather`. */
export function gatherPlaces(side: i32, from: i32, to: i32, catchingUp: bool): void {
  for (let slot = from; slot < to; slot++) {
    if (((slot - from) & (ROWS_PER_PREFETCH - 1)) === 0) fetchRows(side, slot, to);
    gather(side, slot, catchingUp);
  }
}

/** Tells the rows at places from..to, whose uses were counted, where their members begin: at `member` and so on. */
export function startMembers(side: i32, from: i32, to: i32, member: i32): void {
  const starts = tableAt(side, Table.FirstMemberAt);
  const nexts = tableAt(side, Table.NextMemberAt);
  let next = member;
  for (let slot = from; slot < to; slot++) {
    const uses = int(nexts, slot);
    setInt(starts, slot, next);
    setInt(nexts, slot, next);
    next += uses;
  }
}

/**
 * Sorts the listed pairs of this thread's gathered rows to these: for each its other end and its logitGradient; or,
 * without others, its own number and one.
 */
export function fillMembers(side: i32, others: usize, own: usize, thread: i32): void {
  const threads = plan(Plan.Threads);
  const members = tableAt(side, Table.MembersAt);
  const gathered = table(side, Table.ChunkLocalFrom);
  for (let lister = 0; lister < threads; lister++) {
    const list = listAt(side, lister, thread);
    const length = listLength(side, lister, thread);
    for (let i = 0; i < length; i++) {
      const n = threads === 1 ? i : int(list, i);
      const slot = int(own, n);
      if (slot < gathered) addMember(side, members, slot, n, others);
    }
  }
}

/** Adds pair `n` to the members of the row at a place: its other end and its logitGradient; or, without others, `n` and one. */
@inline
export function addMember(side: i32, members: usize, slot: i32, n: i32, others: usize): void {
  const nexts = tableAt(side, Table.NextMemberAt);
  const next = int(nexts, slot);
  setInt(nexts, slot, next + 1);
  const member = members + (<usize>next << 3);
  store<i32>(member, others === 0 ? n : int(others, n));
  store<f32>(member, others === 0 ? 1 : float(at(Plan.LogitGradientsAt), n), 4);
}

/** Moves the rows that this thread gathered, by vectors that their members name. Gives the penalty. */
export function updateListed(side: i32, vectors: usize, thread: i32): f64 {
  const first = thread * table(side, Table.ListCapacity);
  const last = first + int(tableAt(side, Table.ListLengthsAt), thread);
  return updateSlots(side, first, last, vectors, tableAt(side, Table.MembersAt), false, thread);
}

/** Adds up the gradients of the rows at places from..to and updates them; `caughtUp` rows as `applyCaughtUp`. Returns the penalty. */
export function updateSlots(
  side: i32,
  from: i32,
  to: i32,
  vectors: usize,
  members: usize,
  caughtUp: bool,
  thread: i32,
): f64 {
  const starts = tableAt(side, Table.FirstMemberAt);
  const nexts = tableAt(side, Table.NextMemberAt);
  const gradient = vector(at(Plan.ScratchAt), thread, SCRATCH_FLOATS);
  let penalty: f64 = 0;
  for (let slot = from; slot < to; slot++) {
    // A row that was caught up is still in the cache.
    if (!caughtUp && ((slot - from) & (ROWS_PER_PREFETCH - 1)) === 0) fetchRows(side, slot, to);
    const begin = int(starts, slot);
    const end = int(nexts, slot);
    addUp(vectors, begin, end, members, gradient);
    penalty += caughtUp
      ? applyCaughtUp(side, slot, gradient, end - begin)
      : apply(side, slot, gradient, end - begin, thread);
  }
  return penalty;
}

/** The gradient of a gathered vector: the sum of dL/dz · vector over its members from..to, of which there is one at least. */
function addUp(vectors: usize, from: i32, to: i32, members: usize, gradient: usize): void {
  const bytes = <usize>plan(Plan.Gathered) << 2;
  const begin = members + (<usize>from << 3);
  const end = members + (<usize>to << 3);
  let b: usize = 0;
  while (b + 64 <= bytes) {
    let s0 = splat(0);
    let s1 = splat(0);
    let s2 = splat(0);
    let s3 = splat(0);
    let member = begin;
    do {
      const x = vectors + <usize>load<u32>(member) * bytes + b;
      const logitGradient = v128.load32_splat(member, 4);
      s0 = madd(logitGradient, v128.load(x), s0);
      s1 = madd(logitGradient, v128.load(x, 16), s1);
      s2 = madd(logitGradient, v128.load(x, 32), s2);
      s3 = madd(logitGradient, v128.load(x, 48), s3);
      member += 8;
    } while (member < end);
    v128.store(gradient + b, s0);
    v128.store(gradient + b, s1, 16);
    v128.store(gradient + b, s2, 32);
    v128.store(gradient + b, s3, 48);
    b += 64;
  }
  while (b < bytes) {
    let s = splat(0);
    let member = begin;
    do {
      const x = vectors + <usize>load<u32>(member) * bytes + b;
      s = madd(v128.load32_splat(member, 4), v128.load(x), s);
      member += 8;
    } while (member < end);
    v128.store(gradient + b, s);
    b += 16;
  }
}

/** Forgets what this thread gathered. */
export function releaseListed(side: i32, thread: i32): void {
  const first = thread * table(side, Table.ListCapacity);
  const length = int(tableAt(side, Table.ListLengthsAt), thread);
  for (let i = first; i < first + length; i++) setSlot(tableAt(side, Table.MarksAt), int(tableAt(side, Table.ListAt), i), -1);
}
