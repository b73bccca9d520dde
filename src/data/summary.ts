import { type Cleaning, type CleaningEffect, NO_CLEANING } from './clean';
import { type Crosstab, crosstabOf } from './crosstab';
import { columnDegrees, rowDegrees, rowOf } from './csr';
import { type Dataset, named } from './dataset';
import { featuresOf } from './features';
import type { BuildCounts } from './interactions';
import type { LoadReport, Rejection, Repair } from './load-report';
import { type Profile, profileOf } from './profile';
import { shownText } from './shown-text';
import type { Roles } from './words';

/** How many rows (or columns) have a degree within each range. */
export interface DegreeHistogram {
  /** Lower edges; a bin holds edge ≤ degree < next edge. The last edge closes the last bin. */
  readonly edges: readonly number[];
  readonly counts: readonly number[];
  readonly median: number;
  readonly maximum: number;
}

/** Sizes of a matrix. */
interface Size {
  readonly rows: number;
  readonly columns: number;
  readonly pairs: number;
}

/** What the page shows of a dataset: all that leaves the kernel when a file is read. */
export interface DatasetSummary extends Contents {
  readonly name: string;
  readonly roles: Roles;
  /** Sizes as read, before any cleaning. */
  readonly raw: Size;
  /** The recipe that made the dataset of what was read, and what each of its steps left. */
  readonly cleaning: Cleaning;
  readonly effects: readonly CleaningEffect[];
  /** Stop-columns of the recipe, by their labels as read. */
  readonly stopped: readonly { id: string; label: string }[];
  readonly seconds: number;
  readonly bytes: number;
  readonly emptyRows: number;
  readonly duplicatePairs: number;
  readonly mergedRows: number;
  readonly rejected: number;
  readonly rejections: readonly Rejection[];
  readonly repairs: readonly Repair[];
}

/** Facts about the matrix itself, which change when it is cleaned. */
interface Contents extends Size, Profile {
  /** Pairs, each as often as it came. */
  readonly occurrences: number;
  /** pairs / (rows × columns) */
  readonly density: number;
  /** Columns that share their label with another. */
  readonly sharedLabels: number;
  readonly rowDegrees: DegreeHistogram;
  readonly columnDegrees: DegreeHistogram;
  readonly head: readonly { id: string; label: string; columns: readonly string[]; more: number }[];
  /** Metadata that the maps can be coloured by or that a row shows. */
  readonly rowFields: readonly { name: string; kind: string }[];
  readonly columnFields: readonly { name: string; kind: string }[];
  readonly crosstab: Crosstab;
  /** Features that metadata could give a model of the rows and of the columns. */
  readonly rowFeatures: number;
  readonly columnFeatures: number;
}

const HEAD = 20;
const HEAD_COLUMNS = 8;

/** The summary of a dataset as it was read. */
export function summarise(
  dataset: Dataset,
  counts: BuildCounts,
  report: LoadReport,
  facts: { seconds: number; bytes: number },
): DatasetSummary {
  const contents = contentsOf(dataset);
  return {
    name: shownText(dataset.name),
    roles: dataset.roles,
    ...facts,
    ...counts,
    rejected: report.rejected,
    rejections: report.rejections,
    repairs: report.repairs,
    raw: { rows: contents.rows, columns: contents.columns, pairs: contents.pairs },
    cleaning: NO_CLEANING,
    effects: [],
    stopped: [],
    ...contents,
  };
}

/** The summary of a dataset that was made by a recipe of the one that was read. */
export function summariseCleaned(
  read: { dataset: Dataset; summary: DatasetSummary },
  dataset: Dataset,
  recipe: Cleaning,
  effects: readonly CleaningEffect[],
): DatasetSummary {
  const { ids, labels } = read.dataset.interactions.column;
  const stopped = recipe.stopColumns.map((id) => {
    const index = ids.indexOf(id);
    return { id, label: shownText(index < 0 ? id : labels.get(index)) };
  });
  return { ...read.summary, ...contentsOf(dataset), cleaning: recipe, effects, stopped };
}

function contentsOf(dataset: Dataset): Contents {
  const { matrix, repeats } = dataset.interactions;
  return {
    rows: matrix.rows,
    columns: matrix.columns,
    pairs: matrix.indices.length,
    occurrences: repeats ? repeats.reduce((sum, times) => sum + times, 0) : matrix.indices.length,
    density: matrix.indices.length / (matrix.rows * matrix.columns),
    sharedLabels: dataset.sharedColumnLabels,
    rowDegrees: degreeHistogram(rowDegrees(matrix)),
    columnDegrees: degreeHistogram(columnDegrees(matrix)),
    head: Array.from({ length: Math.min(HEAD, matrix.rows) }, (_, r) => {
      const columns = rowOf(matrix, r);
      const { id, label } = named(dataset, 'row', r);
      return {
        id,
        label,
        columns: Array.from(columns.subarray(0, HEAD_COLUMNS), (c) => named(dataset, 'column', c).label),
        more: Math.max(0, columns.length - HEAD_COLUMNS),
      };
    }),
    rowFields: dataset.interactions.row.metadata.map(({ name, kind }) => ({ name, kind })),
    columnFields: dataset.columnMetadata.map(({ name, kind }) => ({ name, kind })),
    crosstab: crosstabOf(dataset),
    rowFeatures: featuresOf(matrix.rows, dataset.interactions.row.metadata)?.names.length ?? 0,
    columnFeatures: featuresOf(matrix.columns, dataset.interactions.column.metadata)?.names.length ?? 0,
    ...profileOf(dataset),
  };
}

/** Largest degree for which every degree has a bin of its own. */
const UNIT_BINS = 32;

/** Bins of one degree each where few are enough, else doubling ones: degrees are heavy-tailed. */
export function degreeHistogram(degrees: Uint32Array): DegreeHistogram {
  const sorted = degrees.slice().sort();
  const maximum = sorted[sorted.length - 1] ?? 0;
  const edges: number[] = [];
  for (let edge = 1; edge <= maximum; edge += maximum <= UNIT_BINS ? 1 : edge) edges.push(edge);
  edges.push(maximum + 1);
  const counts = new Array<number>(Math.max(0, edges.length - 1)).fill(0);
  let bin = 0;
  for (const degree of sorted) {
    while (bin < counts.length - 1 && degree >= edges[bin + 1]) bin++;
    if (degree >= 1) counts[bin]++;
  }
  return { edges, counts, median: sorted[sorted.length >> 1] ?? 0, maximum };
}
