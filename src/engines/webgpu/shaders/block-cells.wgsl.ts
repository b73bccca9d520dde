/** Cells of a row whose loss one thread computes. */
const TILE_COLUMNS = 64;

/** Fours of scores in a row of a block of so many columns: the last ones stand for no column. */
export function vec4sPerRow(columns: number): number {
  return Math.ceil(columns / 4);
}

/** Parts that a row of a block of so many columns has its loss computed in. */
export function partsOfRow(columns: number): number {
  return Math.ceil(columns / TILE_COLUMNS);
}

/** The same in WGSL, and what is known of the block's columns. Places behind the last column stand in it no times. */
export const CELLS = /* wgsl */ `
const TOGETHER = ${TILE_COLUMNS / 4}u;
fn vec4sPerRow() -> u32 {
  return (step.columnEntries + 3u) / 4u;
}
fn partsOfRow() -> u32 {
  return (step.columnEntries + ${TILE_COLUMNS - 1}u) / ${TILE_COLUMNS}u;
}`;

/** `row`, where its scores `start`, and the vec4Count of them, `first` to before `end`, of the part that is `item`. */
export const PART_OF_ROW = /* wgsl */ `
  let row = item / partsOfRow();
  if (row >= step.blockRows) {
    return;
  }
  let start = row * vec4sPerRow();
  let first = item % partsOfRow() * TOGETHER;
  let end = min(first + TOGETHER, vec4sPerRow());`;

/** `timesOf` and `chancesOf`: how often four columns stand in the block, and the logs of their chances of being there. */
export const COLUMN_NUMBERS = /* wgsl */ `
fn timesOf(k: u32) -> vec4f {
  let at = step.columnNumbersAt + 8u * k;
  return bitcast<vec4f>(vec4u(lists[at], lists[at + 1u], lists[at + 2u], lists[at + 3u]));
}
fn chancesOf(k: u32) -> vec4f {
  let at = step.columnNumbersAt + 8u * k + 4u;
  return bitcast<vec4f>(vec4u(lists[at], lists[at + 1u], lists[at + 2u], lists[at + 3u]));
}`;

/**
 * Goes through the pairs of a row of the block: `column` and `times`, how often it is a pair. `body` is run for each.
 */
export function eachPair(row: string, body: string): string {
  return /* wgsl */ `
  let offset = step.positivesAt + ${row};
  for (var p = lists[offset]; p < lists[offset + 1u]; p++) {
    let pair = step.positivesAt + step.blockRows + 1u + 2u * p;
    let column = lists[pair];
    let times = f32(lists[pair + 1u]);
    ${body}
  }`;
}
