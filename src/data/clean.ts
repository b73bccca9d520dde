import { InputError } from '../errors';
import { type Csr, columnDegrees, rowDegrees, transpose } from './csr';
import { DataError } from './data-error';
import type { EntityTable, Interactions } from './interactions';
import { folded, mergeColumns } from './merge-columns';
import { pickPairs } from './pick-pairs';
import type { Roles } from './words';
import { z } from './zod';

const atLeastOne = z.number().int().min(1);

/** A recipe by which a dataset is made smaller before anything is learned. Saved with the notebook. */
export const cleaning = z.object({
  /** Pairs with a lower value are dropped; null keeps all. A pair without a value stays. */
  minimumValue: z.number().nullable(),
  /** Merges columns whose labels differ only in case or in blanks around them. */
  foldCase: z.boolean(),
  /** Rows whose label contains this text, in this case, are dropped; empty drops none. */
  dropRows: z.string(),
  /** Ids or labels of columns that are dropped: links that say nothing, such as “paperback”. */
  stopColumns: z.array(z.string()),
  /** Rows with fewer pairs are dropped. */
  minimumRowPairs: atLeastOne,
  /** Columns with fewer pairs are dropped. */
  minimumColumnPairs: atLeastOne,
  /** Repeats both minima until both hold (k-core); else rows are looked at once, then columns once. */
  core: z.boolean(),
  /** Keeps only rows of which something is known besides their pairs. */
  requireRowFeatures: z.boolean(),
  /** Keeps only columns of which something is known besides their pairs. */
  requireColumnFeatures: z.boolean(),
});

export type Cleaning = z.infer<typeof cleaning>;

/** Nothing is dropped or merged. */
export const NO_CLEANING: Cleaning = {
  minimumValue: null,
  foldCase: false,
  dropRows: '',
  stopColumns: [],
  minimumRowPairs: 1,
  minimumColumnPairs: 1,
  core: false,
  requireRowFeatures: false,
  requireColumnFeatures: false,
};

const KEYS = Object.keys(NO_CLEANING) as (keyof Cleaning)[];

/**
 * The recipe that sparse options ask for; keys that are none of a recipe's are passed over.
 * @throws InputError that names the key and the value found
 */
export function toCleaning(given: Partial<Cleaning>): Cleaning {
  const wanted = Object.fromEntries(KEYS.filter((key) => given[key] !== undefined).map((key) => [key, given[key]]));
  const parsed = cleaning.safeParse({ ...NO_CLEANING, ...wanted });
  if (parsed.success) return parsed.data;
  const key = String(parsed.error.issues[0].path[0]) as keyof Cleaning;
  throw new InputError(`${key}: expected ${EXPECTED[key]}, found ${JSON.stringify(given[key])}`);
}

const EXPECTED: Record<keyof Cleaning, string> = {
  minimumValue: 'a number or null',
  foldCase: 'true or false',
  dropRows: 'a text',
  stopColumns: 'a list of ids or labels',
  minimumRowPairs: 'a whole number of at least 1',
  minimumColumnPairs: 'a whole number of at least 1',
  core: 'true or false',
  requireRowFeatures: 'true or false',
  requireColumnFeatures: 'true or false',
};

/** The part of a recipe that differs from NO_CLEANING: what is saved. */
export function sparseCleaning(complete: Cleaning): Partial<Cleaning> {
  return Object.fromEntries(
    KEYS.filter((key) => JSON.stringify(complete[key]) !== JSON.stringify(NO_CLEANING[key])).map((key) => [
      key,
      complete[key],
    ]),
  );
}

/** A step of the recipe, named by its key; `core` is both minima repeated until both hold. */
export type CleaningStep = keyof Cleaning;

/** What was left after a step that did something. */
export interface CleaningEffect {
  readonly step: CleaningStep;
  readonly rows: number;
  readonly columns: number;
  readonly pairs: number;
}

const ROLES: Roles = { row: { one: 'row', many: 'rows' }, column: { one: 'column', many: 'columns' } };

/**
 * Cleans by a recipe, in this order: values, rows by label, rows and columns without features, merged
 * labels, stop-columns, then the minimum of rows and that of columns, once or until both hold. A row or
 * column that loses its last pair goes. Effects hold the sizes after each step that did something.
 * @throws DataError that names the step after which less than two rows or two columns are left
 */
export function clean(
  interactions: Interactions,
  recipe: Cleaning,
  roles: Roles = ROLES,
): { interactions: Interactions; effects: CleaningEffect[] } {
  const effects: CleaningEffect[] = [];
  let now = interactions;
  const step = (name: CleaningStep, work: (before: Interactions) => Interactions) => {
    const after = work(now);
    if (after === now) return;
    now = after;
    const { rows, columns, indices } = now.matrix;
    if (rows < 2 || columns < 2) {
      const [row, column] = [roles.row.many, roles.column.many];
      throw new DataError(
        `at least two ${row} and two ${column} after the step “${stepText(name, recipe, roles)}”`,
        `${rows} and ${columns}`,
      );
    }
    effects.push({ step: name, rows, columns, pairs: indices.length });
  };
  const { minimumValue, minimumRowPairs, minimumColumnPairs } = recipe;
  if (minimumValue !== null) step('minimumValue', (before) => withValues(before, minimumValue));
  if (recipe.dropRows !== '') step('dropRows', (before) => withoutRows(before, recipe.dropRows));
  if (recipe.requireRowFeatures) step('requireRowFeatures', (before) => keepRows(before, featured(before.row)));
  if (recipe.requireColumnFeatures)
    step('requireColumnFeatures', (before) => keepColumns(before, featured(before.column)));
  if (recipe.foldCase) step('foldCase', mergeColumns);
  if (recipe.stopColumns.length > 0)
    step('stopColumns', (before) => keepColumns(before, without(before.column, recipe.stopColumns, recipe.foldCase)));
  if (recipe.core) {
    if (minimumRowPairs > 1 || minimumColumnPairs > 1)
      step('core', (before) => core(before, minimumRowPairs, minimumColumnPairs));
  } else {
    if (minimumRowPairs > 1)
      step('minimumRowPairs', (before) => keepRows(before, atLeast(rowDegrees(before.matrix), minimumRowPairs)));
    if (minimumColumnPairs > 1)
      step('minimumColumnPairs', (before) =>
        keepColumns(before, atLeast(columnDegrees(before.matrix), minimumColumnPairs)),
      );
  }
  return { interactions: now, effects };
}

/** A step in words. */
export function stepText(step: CleaningStep, recipe: Cleaning, { row, column }: Roles): string {
  switch (step) {
    case 'minimumValue':
      return `pairs with a value below ${String(recipe.minimumValue).replace('-', '−')} dropped`;
    case 'dropRows':
      return `${row.many} with “${recipe.dropRows}” in their label dropped`;
    case 'requireRowFeatures':
      return `${row.many} without metadata dropped`;
    case 'requireColumnFeatures':
      return `${column.many} without metadata dropped`;
    case 'foldCase':
      return `${column.many} merged whose labels differ only in case`;
    case 'stopColumns':
      return `${recipe.stopColumns.length.toLocaleString('en')} chosen ${recipe.stopColumns.length === 1 ? column.one : column.many} dropped`;
    case 'minimumRowPairs':
      return `${row.many} with fewer than ${recipe.minimumRowPairs.toLocaleString('en')} pairs dropped`;
    case 'minimumColumnPairs':
      return `${column.many} with fewer than ${recipe.minimumColumnPairs.toLocaleString('en')} pairs dropped`;
    case 'core':
      return `dropped until every ${row.one} has ${recipe.minimumRowPairs} pairs and every ${column.one} ${recipe.minimumColumnPairs}`;
    default:
      return step satisfies never;
  }
}

function withValues(interactions: Interactions, minimum: number): Interactions {
  const { values } = interactions;
  if (!values) throw new DataError('a file with values, such as ratings, to drop pairs by', 'none');
  return pickPairs(
    interactions,
    Uint8Array.from(values, (value) => (value < minimum ? 0 : 1)),
  );
}

function withoutRows(interactions: Interactions, text: string): Interactions {
  const { labels } = interactions.row;
  return keepRows(
    interactions,
    Uint8Array.from({ length: labels.length }, (_, r) => (labels.get(r).includes(text) ? 0 : 1)),
  );
}

/** Positions, by id or by label, that a list of stop-columns means. */
function stopPositions(side: Pick<EntityTable, 'ids' | 'labels'>, stop: readonly string[], fold: boolean): number[] {
  const wanted = new Set(stop);
  const wantedFolded = new Set(fold ? stop.map(folded) : []);
  const found: number[] = [];
  for (let c = 0; c < side.ids.length; c++) {
    const label = side.labels.get(c);
    if (wanted.has(side.ids.get(c)) || wanted.has(label) || (fold && wantedFolded.has(folded(label)))) found.push(c);
  }
  return found;
}

function without(side: EntityTable, stop: readonly string[], fold: boolean): Uint8Array {
  const keep = new Uint8Array(side.ids.length).fill(1);
  for (const c of stopPositions(side, stop, fold)) keep[c] = 0;
  return keep;
}

/** 1 where anything is known of an entry. */
export function featured(side: Pick<EntityTable, 'ids' | 'metadata'>): Uint8Array {
  const known = new Uint8Array(side.ids.length);
  for (const { codes } of side.metadata) for (let i = 0; i < known.length; i++) if (codes[i] >= 0) known[i] = 1;
  return known;
}

function atLeast(degrees: Uint32Array, minimum: number): Uint8Array {
  return Uint8Array.from(degrees, (degree) => (degree < minimum ? 0 : 1));
}

function keepRows(interactions: Interactions, keep: Uint8Array): Interactions {
  const { matrix } = interactions;
  const pairs = new Uint8Array(matrix.indices.length);
  for (let r = 0; r < matrix.rows; r++) pairs.fill(keep[r], matrix.offsets[r], matrix.offsets[r + 1]);
  return pickPairs(interactions, pairs);
}

function keepColumns(interactions: Interactions, keep: Uint8Array): Interactions {
  return pickPairs(
    interactions,
    Uint8Array.from(interactions.matrix.indices, (c) => keep[c]),
  );
}

/**
 * The largest part in which every row has `minimumRow` pairs and every column `minimumColumn`: the
 * (p, q)-core of the bipartite graph (Batagelj and Zaveršnik 2003), by taking away what is too small
 * and looking again at what it touched. Each pair is looked at twice.
 */
function core(interactions: Interactions, minimumRow: number, minimumColumn: number): Interactions {
  const { matrix } = interactions;
  const sides: { matrix: Csr; degrees: Uint32Array; minimum: number; gone: Uint8Array }[] = [
    { matrix, degrees: rowDegrees(matrix), minimum: minimumRow, gone: new Uint8Array(matrix.rows) },
    {
      matrix: transpose(matrix),
      degrees: columnDegrees(matrix),
      minimum: minimumColumn,
      gone: new Uint8Array(matrix.columns),
    },
  ];
  const waiting: number[][] = [[], []];
  const check = (side: number, index: number) => {
    const { degrees, minimum, gone } = sides[side];
    if (gone[index] || degrees[index] >= minimum) return;
    gone[index] = 1;
    waiting[side].push(index);
  };
  for (const side of [0, 1]) for (let i = 0; i < sides[side].degrees.length; i++) check(side, i);
  for (let side = 0; waiting[0].length + waiting[1].length > 0; side = 1 - side) {
    const { offsets, indices } = sides[side].matrix;
    for (let index = waiting[side].pop(); index !== undefined; index = waiting[side].pop()) {
      for (let i = offsets[index]; i < offsets[index + 1]; i++) {
        sides[1 - side].degrees[indices[i]]--;
        check(1 - side, indices[i]);
      }
    }
  }
  const [rows, columns] = sides;
  const keep = new Uint8Array(matrix.indices.length);
  for (let r = 0; r < matrix.rows; r++) {
    for (let i = matrix.offsets[r]; i < matrix.offsets[r + 1]; i++) {
      keep[i] = rows.gone[r] || columns.gone[matrix.indices[i]] ? 0 : 1;
    }
  }
  return pickPairs(interactions, keep);
}
