import { createStore } from 'zustand/vanilla';
import type { Cleaning } from '../data/clean';
import type { Inspection } from '../data/format';
import type {
  Axis,
  BenchmarkProgress,
  ComponentsParams,
  ComponentsResult,
  DeviceState,
  Entity,
  Evaluation,
  LoadResult,
  MapPoints,
  RunSummary,
  TrainReport,
} from '../kernel/protocol';
import type { ProjectionQuality } from '../projection/quality';
import type { CellId } from './cell-graph';
import { DEFAULT_NOTEBOOK, type Notebook } from './notebook';
import type { Notice } from './notice';
import type { TrainingLog } from './training-log';
import { type CellEvent, type CellRuntime, IDLE, transition } from './transition';

/** The dataset as the page knows it. */
export interface DatasetOutput extends LoadResult {
  readonly sample: boolean;
  /** What it was read from, to read it again with other roles. */
  readonly files: readonly File[];
  readonly inspection: Inspection | null;
}

/** A laid-out map. */
export interface MapOutput {
  readonly side: Axis;
  readonly method: string;
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** Row or column of each point; null when all are there in order. */
  readonly indices: Int32Array | null;
  readonly variance: readonly [number, number] | null;
  /** Share of the neighbours that were found, where these were looked for approximately. */
  readonly recall?: number | null;
  /** How well it keeps who is near whom; null while it moves. */
  readonly quality: ProjectionQuality | null;
  readonly points: MapPoints;
  /** False while the layout still moves. */
  readonly settled: boolean;
}

/** The directions found, with what was asked for. */
export interface ComponentsOutput extends ComponentsResult {
  readonly choice: Pick<ComponentsParams, 'side' | 'popular' | 'transposed'>;
  /** The run whose embeddings they are of. */
  readonly run: number;
}

export interface Outputs {
  readonly dataset: DatasetOutput | null;
  readonly training: TrainReport | null;
  readonly evaluation: Evaluation | null;
  /** Runs that are kept, the oldest first. Lost with the page. */
  readonly runs: readonly RunSummary[];
  readonly map: MapOutput | null;
  readonly components: ComponentsOutput | null;
}

/** The one thing that all cells look at. */
interface Selection {
  readonly side: Axis;
  readonly index: number;
  readonly label: string;
}

export interface NotebookState {
  readonly notebook: Notebook;
  readonly runtimes: Readonly<Record<CellId, CellRuntime>>;
  readonly outputs: Outputs;
  /** Suggestions that a row is shown when its list is measured: the k of the metrics. */
  readonly listLength: number;
  readonly selection: Selection | null;
  /** The selected entry in full, when its data has come. */
  readonly entity: Entity | null;
  readonly device: DeviceState | null;
  readonly deviceError: string | null;
  /** How far the measuring of this machine is; null when there is none. */
  readonly measuring: BenchmarkProgress | null;
  /** Losses of the run under way or the last one; grows in place, announced by its version. */
  readonly log: TrainingLog | null;
  readonly logVersion: number;
  readonly paused: boolean;
  /** Files whose roles have to be chosen before they can be read. */
  readonly choosing: { readonly files: readonly File[]; readonly inspection: Inspection } | null;
  /** Recipes by which the dataset at hand was cleaned before, the latest last: the way back. Not saved. */
  readonly cleanedBefore: readonly Cleaning[];
  /** A file that could not be read; the notebook stays as it was. */
  readonly loadError: string | null;
  /** The exercise whose runs are under way, and what it is at. */
  readonly exercise: { readonly id: string; readonly text: string; readonly share: number | null } | null;
  /** What the page has to say over whatever part of it is in sight, the oldest first. */
  readonly notices: readonly Notice[];
  /** The worker failed; the page says so and offers to go on. */
  readonly failure: string | null;
  /** The cell that keys act on. */
  readonly activeCell: CellId;
}

/** As long as the lists of the seeds. */
const DEFAULT_LIST_LENGTH = 10;

export type NotebookStore = ReturnType<typeof createNotebookStore>;

export function createNotebookStore(cells: readonly CellId[], notebook: Notebook = DEFAULT_NOTEBOOK) {
  return createStore<NotebookState>()(() => ({
    notebook,
    runtimes: Object.fromEntries(cells.map((id) => [id, IDLE])),
    outputs: { dataset: null, training: null, evaluation: null, runs: [], map: null, components: null },
    listLength: DEFAULT_LIST_LENGTH,
    selection: null,
    entity: null,
    device: null,
    deviceError: null,
    measuring: null,
    log: null,
    logVersion: 0,
    paused: false,
    choosing: null,
    cleanedBefore: [],
    loadError: null,
    exercise: null,
    notices: [],
    failure: null,
    activeCell: cells[0],
  }));
}

/** Sends an event to a cell. */
export function dispatch(store: NotebookStore, cell: CellId, event: CellEvent): void {
  store.setState(({ runtimes }) => ({ runtimes: { ...runtimes, [cell]: transition(runtimes[cell], event) } }));
}
