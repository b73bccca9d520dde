import { batchPairs, draw, listAt, listLength, listPairs } from './draw';
import { at, float, int, plan, planFloat, setFloat, setInt, table, tableAt, vector } from './memory';
import { exp4, ln, lnProduct, madd, splat, sums4 } from './numbers';
import { rememberStep } from './past';
import { CHUNK, CHUNK_SUMS, Curve, Loss, Plan, Rest, SCRATCH, Side, Table } from './plan';
import { apply, applyFeatures, beginStep, FETCHED_ROWS, fetchRows, gather, move, moveOthers } from './tables';
import { barrier } from './threads';

/** First of `count` things that are a thread's, when all threads take equal parts. */
@inline
export function shareFrom(count: i32, thread: i32): i32 {
  return <i32>((<i64>count * <i64>thread) / <i64>plan(Plan.Threads));
}

/** Steps of pairs that are drawn here, one for each rate. */
export function drawnSteps(steps: i32, thread: i32): void {
  const group = plan(Plan.Group);
  for (let i = 0; i < steps; i++) {
    const step = plan(Plan.EpochStep) + i;
    const groups = batchPairs(step);
    const from = shareFrom(groups, thread);
    const to = shareFrom(groups, thread + 1);
    draw(step, from, to);
    listPairs(from * group, to * group, thread);
    pairStep(i, groups, thread);
  }
}

/** One step with pairs that were written by the other side. */
export function writtenStep(thread: i32): void {
  const group = plan(Plan.Group);
  const groups = plan(Plan.Pairs) / group;
  listPairs(shareFrom(groups, thread) * group, shareFrom(groups, thread + 1) * group, thread);
  pairStep(0, groups, thread);
}

/**
 * Step number `i` of an order, whose pairs this thread has drawn and listed its share of.
 *
 * A thread keeps some of the rows and some of the columns, and nobody else reads or writes these in
 * their tables. It gathers those that the batch has; scores a share of the pairs, whose slopes it
 * writes down; and then goes through the pairs of each row that it keeps, in their order, adds up its
 * gradient and moves it, and so with its columns. Nothing depends on who was first, and no sum on how
 * many threads there are: the same bits come out on one thread and on eight.
 *
 * What one thread writes and another reads lies on two sides of a barrier.
 */
function pairStep(i: i32, groups: i32, thread: i32): void {
  const group = plan(Plan.Group);
  const pairs = groups * group;
  const step = plan(Plan.Step) + i + 1;
  beginStep(step, float(at(Plan.RatesAt), i), pairs);
  barrier();
  gatherListed(Side.Row, at(Plan.RowsAt), thread);
  gatherListed(Side.Column, at(Plan.ColumnsAt), thread);
  barrier();
  const chunk = chunkPairs();
  const chunks = (pairs + chunk - 1) / chunk;
  for (let c = shareFrom(chunks, thread); c < shareFrom(chunks, thread + 1); c++) {
    scoreChunk(c, c * chunk, min(pairs, (c + 1) * chunk), groups, thread);
  }
  barrier();
  if (thread === 0) sumChunks(i, chunks, groups);
  moveAllOthers(thread);
  fillMembers(Side.Row, at(Plan.ColumnSlotsOfPairsAt), at(Plan.RowSlotsAt), thread);
  fillMembers(Side.Column, at(Plan.RowSlotsAt), at(Plan.ColumnSlotsOfPairsAt), thread);
  const penalty = moveListed(Side.Row, tableAt(Side.Column, Table.GatheredAt), thread);
  addLoss(i, penalty + moveListed(Side.Column, tableAt(Side.Row, Table.GatheredAt), thread), thread);
  endStep(i, step, thread);
}

/** Where every parameter moves at every step: the rows that the batch does not have. Ends with all threads done. */
export function moveAllOthers(thread: i32): void {
  if (plan(Plan.Rest) !== Rest.Move) return;
  moveOthers(Side.Row, shareOfTable(Side.Row, thread), shareOfTable(Side.Row, thread + 1));
  moveOthers(Side.Column, shareOfTable(Side.Column, thread), shareOfTable(Side.Column, thread + 1));
  barrier();
}

export function shareOfTable(side: i32, thread: i32): i32 {
  return shareFrom(table(side, Table.Count), thread);
}

/** Address of the sums of step `i` of an order: loss, figure, then what each thread adds to the loss. */
@inline
function sumsOf(i: i32): usize {
  return at(Plan.SumsAt) + (<usize>(i * (2 + plan(Plan.Threads))) << 3);
}

/** Writes down that a step has no chunks: what it comes to are the threads' parts. */
export function beginSums(i: i32): void {
  store<f64>(sumsOf(i), 0);
  store<f64>(sumsOf(i), 0, 8);
}

/** Stores a thread's part of the loss of a step. */
export function addLoss(i: i32, part: f64, thread: i32): void {
  store<f64>(sumsOf(i) + (<usize>(2 + thread) << 3), part);
}

/** Ends a step: moves what belongs to no row, the features, and remembers the step for the rows that it left out. */
export function endStep(i: i32, step: i32, thread: i32): void {
  barrier();
  if (table(Side.RowFeature, Table.Count) > 0 || table(Side.ColumnFeature, Table.Count) > 0) {
    for (let side: i32 = Side.RowFeature; side <= Side.ColumnFeature; side++) {
      if (table(side, Table.Count) > 0) applyFeatures(side, shareOfTable(side, thread), shareOfTable(side, thread + 1));
    }
    barrier();
  }
  if (thread === 0) rememberStep(step, float(at(Plan.RatesAt), i));
}

/** Gathers the entries of the listed pairs that this thread keeps. */
export function gatherListed(side: i32, entries: usize, thread: i32): void {
  const threads = plan(Plan.Threads);
  const slots = tableAt(side, Table.SlotAt);
  const present = vector(tableAt(side, Table.PresentAt), thread, wordsOf(side));
  const first = thread * table(side, Table.ListRoom);
  let from = 0;
  for (let lister = 0; lister < threads; lister++) {
    const list = listAt(side, lister, thread);
    const length = listLength(side, lister, thread);
    for (let i = 0; i < length; i++) {
      const entry = int(entries, threads === 1 ? i : int(list, i));
      const word = present + (<usize>(entry >> 5) << 2);
      store<u32>(word, load<u32>(word) | (<u32>1 << (entry & 31)));
    }
    for (let keeper = 0; keeper < thread; keeper++) from += listLength(side, lister, keeper);
  }
  gatherMarked(side, present, first, thread);
  // How often each occurs tells where its members begin: this thread's behind those of the threads before it.
  const starts = tableAt(side, Table.FirstMemberAt);
  const nexts = tableAt(side, Table.NextMemberAt);
  for (let lister = 0; lister < threads; lister++) {
    const list = listAt(side, lister, thread);
    const length = listLength(side, lister, thread);
    for (let i = 0; i < length; i++) {
      const slot = int(slots, int(entries, threads === 1 ? i : int(list, i)));
      setInt(nexts, slot, int(nexts, slot) + 1);
    }
  }
  const count = int(tableAt(side, Table.ListLengthsAt), thread);
  for (let slot = first; slot < first + count; slot++) {
    const uses = int(nexts, slot);
    setInt(starts, slot, from);
    setInt(nexts, slot, from);
    from += uses;
  }
}

@inline
function wordsOf(side: i32): i32 {
  return (table(side, Table.Count) + 31) >> 5;
}

/** Gathers what is marked, in the order in which it lies in its table, and takes the marks away. */
function gatherMarked(side: i32, present: usize, first: i32, thread: i32): void {
  const slots = tableAt(side, Table.SlotAt);
  const chosen = tableAt(side, Table.ListAt);
  const nexts = tableAt(side, Table.NextMemberAt);
  const words = wordsOf(side);
  let next = first;
  for (let w = 0; w < words; w++) {
    const word = present + (<usize>w << 2);
    let bits = load<u32>(word);
    if (bits === 0) continue;
    store<u32>(word, 0);
    while (bits !== 0) {
      const entry = (w << 5) + <i32>ctz(bits);
      bits &= bits - 1;
      setInt(slots, entry, next);
      setInt(chosen, next, entry);
      setInt(nexts, next, 0);
      next++;
    }
  }
  setInt(tableAt(side, Table.ListLengthsAt), thread, next - first);
  for (let slot = first; slot < next; slot++) {
    if (((slot - first) & (FETCHED_ROWS - 1)) === 0) fetchRows(side, slot, next);
    gather(side, slot);
  }
}

/**
 * Sorts the listed pairs of this thread's rows to these: for each its other end and its slope; or, without
 * others, its own number and one.
 */
export function fillMembers(side: i32, others: usize, own: usize, thread: i32): void {
  const threads = plan(Plan.Threads);
  const nexts = tableAt(side, Table.NextMemberAt);
  const members = tableAt(side, Table.MembersAt);
  const slopes = at(Plan.SlopesAt);
  for (let lister = 0; lister < threads; lister++) {
    const list = listAt(side, lister, thread);
    const length = listLength(side, lister, thread);
    for (let i = 0; i < length; i++) {
      const n = threads === 1 ? i : int(list, i);
      const slot = int(own, n);
      const next = int(nexts, slot);
      setInt(nexts, slot, next + 1);
      const member = members + (<usize>next << 3);
      store<i32>(member, others === 0 ? n : int(others, n));
      store<f32>(member, others === 0 ? 1 : float(slopes, n), 4);
    }
  }
}

/** Adds up the gradients of the rows that this thread gathered, from vectors that their members name, and moves them. Gives the penalty. */
export function moveListed(side: i32, vectors: usize, thread: i32): f64 {
  const first = thread * table(side, Table.ListRoom);
  const last = first + int(tableAt(side, Table.ListLengthsAt), thread);
  const starts = tableAt(side, Table.FirstMemberAt);
  const nexts = tableAt(side, Table.NextMemberAt);
  const gradient = vector(at(Plan.ScratchAt), thread, SCRATCH);
  let penalty: f64 = 0;
  for (let slot = first; slot < last; slot++) {
    if (((slot - first) & (FETCHED_ROWS - 1)) === 0) fetchRows(side, slot, last);
    const from = int(starts, slot);
    const to = int(nexts, slot);
    addUp(vectors, from, to, tableAt(side, Table.MembersAt), gradient);
    penalty += apply(side, slot, gradient, to - from, thread);
  }
  return penalty;
}

/** The gradient of a gathered vector: the sum of slope · vector over its members from..to, of which there is one at least. */
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
      const slope = v128.load32_splat(member, 4);
      s0 = madd(slope, v128.load(x), s0);
      s1 = madd(slope, v128.load(x, 16), s1);
      s2 = madd(slope, v128.load(x, 32), s2);
      s3 = madd(slope, v128.load(x, 48), s3);
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

/** Pairs of a chunk: whole groups, as many as come to CHUNK, one at least. */
export function chunkPairs(): i32 {
  const group = plan(Plan.Group);
  return max(1, CHUNK / group) * group;
}

/** Scores pairs from..to, writes down their slopes and what their losses sum up to. */
function scoreChunk(chunk: i32, from: i32, to: i32, groups: i32, thread: i32): void {
  const rows = at(Plan.RowsAt);
  const columns = at(Plan.ColumnsAt);
  const rowSlots = tableAt(Side.Row, Table.SlotAt);
  const columnSlots = tableAt(Side.Column, Table.SlotAt);
  const us = at(Plan.RowSlotsAt);
  const vs = at(Plan.ColumnSlotsOfPairsAt);
  for (let n = from; n < to; n++) {
    setInt(us, n, int(rowSlots, int(rows, n)));
    setInt(vs, n, int(columnSlots, int(columns, n)));
  }
  scorePairs(from, to);
  const sums = at(Plan.ChunkSumsAt) + (<usize>(chunk * CHUNK_SUMS) << 3);
  const loss = plan(Plan.Loss);
  if (loss === Loss.Bpr || loss === Loss.Softmax) groupSlopes(from, to, groups, sums);
  else pairSlopes(from, to, groups * plan(Plan.Group), sums);
}

/** Scores of pairs from..to, whose rows and columns are gathered, before a link: four at a time. */
function scorePairs(from: i32, to: i32): void {
  const bytes = <usize>plan(Plan.Gathered) << 2;
  const u = tableAt(Side.Row, Table.GatheredAt);
  const v = tableAt(Side.Column, Table.GatheredAt);
  const us = at(Plan.RowSlotsAt);
  const vs = at(Plan.ColumnSlotsOfPairsAt);
  const z = at(Plan.SlopesAt);
  const last = to - 1;
  for (let n = from; n < to; n += 4) {
    const n1 = min(n + 1, last);
    const n2 = min(n + 2, last);
    const n3 = min(n + 3, last);
    const u0 = u + <usize>int(us, n) * bytes;
    const u1 = u + <usize>int(us, n1) * bytes;
    const u2 = u + <usize>int(us, n2) * bytes;
    const u3 = u + <usize>int(us, n3) * bytes;
    const v0 = v + <usize>int(vs, n) * bytes;
    const v1 = v + <usize>int(vs, n1) * bytes;
    const v2 = v + <usize>int(vs, n2) * bytes;
    const v3 = v + <usize>int(vs, n3) * bytes;
    let a = splat(0);
    let b = splat(0);
    let c = splat(0);
    let d = splat(0);
    let k: usize = 0;
    do {
      a = madd(v128.load(u0 + k), v128.load(v0 + k), a);
      b = madd(v128.load(u1 + k), v128.load(v1 + k), b);
      c = madd(v128.load(u2 + k), v128.load(v2 + k), c);
      d = madd(v128.load(u3 + k), v128.load(v3 + k), d);
      k += 16;
    } while (k < bytes);
    const sums = sums4(a, b, c, d);
    const place = z + (<usize>n << 2);
    if (n + 4 <= to) {
      v128.store(place, sums);
    } else {
      store<f32>(place, f32x4.extract_lane(sums, 0));
      if (n + 1 < to) store<f32>(place, f32x4.extract_lane(sums, 1), 4);
      if (n + 2 < to) store<f32>(place, f32x4.extract_lane(sums, 2), 8);
    }
  }
}

/** Writes what the pairs of a chunk sum up to. */
@inline
function storeSums(sums: usize, loss: f64, figure: f64, weight: f64, bias: f64): void {
  store<f64>(sums, loss);
  store<f64>(sums, figure, 8);
  store<f64>(sums, weight, 16);
  store<f64>(sums, bias, 24);
}

/** The four numbers added up, each lane to double precision. */
@inline
function total(x: v128): f64 {
  return (
    <f64>f32x4.extract_lane(x, 0) +
    <f64>f32x4.extract_lane(x, 1) +
    <f64>f32x4.extract_lane(x, 2) +
    <f64>f32x4.extract_lane(x, 3)
  );
}

/** Scores of pairs from..to become the slopes of their own losses, mean over `pairs`, in place. */
export function pairSlopes(from: i32, to: i32, pairs: i32, sums: usize): void {
  const link = at(Plan.LinkAt);
  const weight: f32 = link !== 0 ? float(link, 0) : 1;
  const bias: f32 = link !== 0 ? float(link, 1) : 0;
  const w = splat(weight);
  const share = splat(<f32>1 / <f32>pairs);
  const one = splat(1);
  const none = splat(0);
  const crossEntropy = plan(Plan.Loss) === Loss.CrossEntropy;
  const curve = plan(Plan.Output);
  const lowest = splat(planFloat(Plan.RangeFrom));
  const width = splat(planFloat(Plan.RangeTo) - planFloat(Plan.RangeFrom));
  const z = at(Plan.SlopesAt);
  const y = at(Plan.TargetsAt);
  let loss: f64 = 0;
  let losses = none;
  let figures = none;
  let products = one;
  let weights = none;
  let biases = none;
  // Lanes beyond the end are read and must not count.
  let i = from;
  do {
    const valid = i32x4.lt_s(i32x4.add(i32x4.splat(i), i32x4(0, 1, 2, 3)), i32x4.splat(to));
    const place = z + (<usize>i << 2);
    const s = v128.and(valid, v128.load(place));
    const target = v128.and(valid, v128.load(y + (<usize>i << 2)));
    const x = link !== 0 ? madd(s, w, splat(bias)) : s;
    let g: v128;
    if (crossEntropy) {
      const e = exp4(f32x4.neg(f32x4.abs(x)));
      const inverse = f32x4.div(one, f32x4.add(one, e));
      const probability = v128.bitselect(inverse, f32x4.mul(e, inverse), f32x4.ge(x, none));
      g = f32x4.sub(probability, target);
      // softplus(x) − y x = max(x, 0) − y x + ln(1 + e^−|x|); of the logarithms only that of their product is taken.
      losses = f32x4.add(losses, v128.and(valid, f32x4.sub(f32x4.max(x, none), f32x4.mul(target, x))));
      products = f32x4.mul(products, v128.bitselect(f32x4.add(one, e), one, valid));
      const right = v128.not(v128.xor(f32x4.gt(x, none), f32x4.gt(target, splat(0.5))));
      figures = f32x4.add(figures, v128.and(v128.and(valid, right), one));
      if (((i - from) & 255) === 252) {
        loss += lnProduct(products);
        products = one;
      }
    } else {
      let prediction = x;
      let steepness = one;
      if (curve === Curve.Relu) {
        prediction = f32x4.max(x, none);
        steepness = v128.and(f32x4.gt(x, none), one);
      } else if (curve === Curve.Sigmoid) {
        const e = exp4(f32x4.neg(f32x4.abs(x)));
        const inverse = f32x4.div(one, f32x4.add(one, e));
        const p = v128.bitselect(inverse, f32x4.mul(e, inverse), f32x4.ge(x, none));
        prediction = madd(width, p, lowest);
        steepness = f32x4.mul(width, f32x4.mul(p, f32x4.sub(one, p)));
      }
      const error = f32x4.sub(prediction, target);
      losses = f32x4.add(losses, v128.and(valid, f32x4.mul(error, error)));
      figures = f32x4.add(figures, v128.and(valid, f32x4.abs(error)));
      g = f32x4.mul(f32x4.add(error, error), steepness);
    }
    g = v128.and(valid, f32x4.mul(g, share));
    if (link !== 0) {
      weights = madd(g, s, weights);
      biases = f32x4.add(biases, g);
      g = f32x4.mul(g, w);
    }
    if (i + 4 <= to) v128.store(place, g);
    else for (let j = 0; j < to - i; j++) storeLane(place, g, j);
    i += 4;
  } while (i < to);
  storeSums(sums, loss + total(losses) + lnProduct(products), total(figures), total(weights), total(biases));
}

function storeLane(place: usize, x: v128, lane: i32): void {
  if (lane === 0) store<f32>(place, f32x4.extract_lane(x, 0));
  else if (lane === 1) store<f32>(place, f32x4.extract_lane(x, 1), 4);
  else store<f32>(place, f32x4.extract_lane(x, 2), 8);
}

/** Scores of the groups in from..to become the slopes of their losses, BPR or softmax among each group, in place. */
function groupSlopes(from: i32, to: i32, groups: i32, sums: usize): void {
  const group = plan(Plan.Group);
  const slopes = at(Plan.SlopesAt);
  const bpr = plan(Plan.Loss) === Loss.Bpr;
  const share = bpr ? <f32>1 / <f32>(groups * (group - 1)) : <f32>1 / <f32>groups;
  let loss: f64 = 0;
  let figure: f64 = 0;
  for (let n = from; n < to; n += group) {
    const z = slopes + (<usize>n << 2);
    const own = float(z, 0);
    let below = 0;
    for (let j = 1; j < group; j++) if (float(z, j) < own) below++;
    figure += <f64>below;
    if (bpr) {
      let sum: f32 = 0;
      for (let j = 1; j < group; j++) {
        const apart = own - float(z, j);
        const e = expOf(-abs(apart));
        loss += <f64>max(-apart, <f32>0) + ln(1 + <f64>e);
        const g = share * (apart >= 0 ? e / (1 + e) : 1 / (1 + e));
        setFloat(z, j, g);
        sum += g;
      }
      setFloat(z, 0, -sum);
    } else {
      let highest = own;
      for (let j = 1; j < group; j++) highest = max(highest, float(z, j));
      let all: f32 = 0;
      for (let j = 0; j < group; j++) {
        const e = expOf(float(z, j) - highest);
        setFloat(z, j, e);
        all += e;
      }
      loss += ln(<f64>all) + <f64>(highest - own);
      const by = share / all;
      for (let j = 0; j < group; j++) setFloat(z, j, float(z, j) * by);
      setFloat(z, 0, float(z, 0) - share);
    }
  }
  storeSums(sums, loss, figure, 0, 0);
}

function expOf(x: f32): f32 {
  return f32x4.extract_lane(exp4(splat(x)), 0);
}

/** Adds up the chunks of step `i`, makes means of them, and moves a link. By the first thread. */
export function sumChunks(i: i32, chunks: i32, groups: i32): void {
  let loss: f64 = 0;
  let figure: f64 = 0;
  let weight: f64 = 0;
  let bias: f64 = 0;
  for (let c = 0; c < chunks; c++) {
    const sums = at(Plan.ChunkSumsAt) + (<usize>(c * CHUNK_SUMS) << 3);
    loss += load<f64>(sums);
    figure += load<f64>(sums, 8);
    weight += load<f64>(sums, 16);
    bias += load<f64>(sums, 24);
  }
  const group = plan(Plan.Group);
  const pairs = <f64>(groups * group);
  const negatives = <f64>(groups * (group - 1));
  const kind = plan(Plan.Loss);
  const grouped = kind === Loss.Bpr || kind === Loss.Softmax;
  store<f64>(sumsOf(i), loss / (kind === Loss.Bpr ? negatives : kind === Loss.Softmax ? <f64>groups : pairs));
  store<f64>(sumsOf(i), figure / (grouped ? negatives : pairs), 8);
  // The link lies as its two numbers, their moments and room for their gradient, four floats each.
  const link = at(Plan.LinkAt);
  if (link === 0) return;
  setFloat(link, 12, <f32>weight);
  setFloat(link, 13, <f32>bias);
  move(link, 4, link + 48, 16);
}

/** Last numbers of written pairs, link and all, without moving anything. */
export function pairScores(thread: i32): void {
  const pairs = plan(Plan.Pairs);
  const from = shareFrom(pairs, thread);
  const to = shareFrom(pairs, thread + 1);
  listPairs(from, to, thread);
  barrier();
  gatherListed(Side.Row, at(Plan.RowsAt), thread);
  gatherListed(Side.Column, at(Plan.ColumnsAt), thread);
  barrier();
  const slopes = at(Plan.SlopesAt);
  const link = at(Plan.LinkAt);
  if (to > from) {
    for (let n = from; n < to; n++) {
      setInt(at(Plan.RowSlotsAt), n, int(tableAt(Side.Row, Table.SlotAt), int(at(Plan.RowsAt), n)));
      setInt(at(Plan.ColumnSlotsOfPairsAt), n, int(tableAt(Side.Column, Table.SlotAt), int(at(Plan.ColumnsAt), n)));
    }
    scorePairs(from, to);
  }
  if (link !== 0) for (let n = from; n < to; n++) setFloat(slopes, n, float(slopes, n) * float(link, 0) + float(link, 1));
  barrier();
  forget(Side.Row, thread);
  forget(Side.Column, thread);
}

/** Forgets what this thread gathered. */
export function forget(side: i32, thread: i32): void {
  const first = thread * table(side, Table.ListRoom);
  const length = int(tableAt(side, Table.ListLengthsAt), thread);
  for (let i = first; i < first + length; i++) setInt(tableAt(side, Table.SlotAt), int(tableAt(side, Table.ListAt), i), -1);
}
