import { int, table, tableAt, touch } from './memory';
import { Table } from './plan';

/** Which thread keeps a row: threads · hash, so that neither order nor popularity gathers on one. */
@inline
export function ownerOf(row: i32, threads: i32): i32 {
  return <i32>((((<u32>row * 0x9e3779b1) >> 16) * <u32>threads) >> 16);
}

/** Address of a row of a table. */
@inline
export function recordOf(side: i32, row: i32): usize {
  return tableAt(side, Table.At) + <usize>row * (<usize>table(side, Table.Record) << 2);
}

/** Place of a row among the gathered; see Table.MarksAt. */
@inline
export function slotOf(marks: usize, row: i32): i32 {
  return load<i32>(marks + (<usize>row << 3));
}

@inline
export function setSlot(marks: usize, row: i32, slot: i32): void {
  store<i32>(marks + (<usize>row << 3), slot);
}

/** Step at which a row was last caught up. */
@inline
export function updatedAtStep(marks: usize, row: i32): i32 {
  return load<i32>(marks + (<usize>row << 3), 4);
}

@inline
export function setUpdatedAtStep(marks: usize, row: i32, step: i32): void {
  store<i32>(marks + (<usize>row << 3), step, 4);
}

/** Rows that are fetched side by side before they are worked on. */
export const ROWS_PER_PREFETCH: i32 = 32;

/** Fetches the rows at places from.. of a table's list. */
@inline
export function fetchRows(side: i32, from: i32, to: i32): void {
  const list = tableAt(side, Table.ListAt);
  const bytes = <usize>table(side, Table.Record) << 2;
  for (let slot = from; slot < min(to, from + ROWS_PER_PREFETCH); slot++) {
    const row = <usize>int(list, slot);
    touch(tableAt(side, Table.At) + row * bytes, bytes);
  }
}
