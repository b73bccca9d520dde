import { Plan, Table } from './plan';

/** Where the plan lies; the tables' descriptions lie behind it. */
let planAt: usize = 0;

export function usePlan(at: usize): void {
  planAt = at;
}

@inline
export function plan(field: i32): i32 {
  return load<i32>(planAt + (<usize>field << 2));
}

@inline
export function planFloat(field: i32): f32 {
  return load<f32>(planAt + (<usize>field << 2));
}

@inline
export function at(field: i32): usize {
  return <usize>load<u32>(planAt + (<usize>field << 2));
}

@inline
export function setPlan(field: i32, value: i32): void {
  store<i32>(planAt + (<usize>field << 2), value);
}

@inline
export function table(side: i32, field: i32): i32 {
  return load<i32>(planAt + (<usize>(Plan.Fields + side * Table.Fields + field) << 2));
}

@inline
export function tableAt(side: i32, field: i32): usize {
  return <usize>load<u32>(planAt + (<usize>(Plan.Fields + side * Table.Fields + field) << 2));
}

/** i32 number `i` of a list. */
@inline
export function int(list: usize, i: i32): i32 {
  return load<i32>(list + (<usize>i << 2));
}

@inline
export function setInt(list: usize, i: i32, value: i32): void {
  store<i32>(list + (<usize>i << 2), value);
}

@inline
export function float(list: usize, i: i32): f32 {
  return load<f32>(list + (<usize>i << 2));
}

@inline
export function setFloat(list: usize, i: i32, value: f32): void {
  store<f32>(list + (<usize>i << 2), value);
}

/** The vector at place `i` of vectors that are `floats` apart. */
@inline
export function vector(list: usize, i: i32, floats: i32): usize {
  return list + <usize>i * (<usize>floats << 2);
}

/** Where touched numbers go. */
let sink: i32 = 0;

/**
 * Reads one number of each cache line, so that the lines are fetched side by side: what then works on
 * them would wait for one after the other.
 */
@inline
export function touch(from: usize, bytes: usize): void {
  let seen = sink;
  for (let place = from; place < from + bytes; place += 64) seen ^= load<i32>(place);
  sink = seen;
}
