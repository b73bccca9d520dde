import type { LoadOptions } from '../data/load';
import type { NeighbourMetric } from '../embedding/neighbours';
import type { DeviceDescription, EngineId } from '../engines/engine';
import { InputError, isAbort, messageOf, StateError } from '../errors';
import type { RankingMetrics } from '../evaluation/metrics';
import type { RatingErrors } from '../evaluation/rating-error';
import type {
  Axis,
  BenchmarkProgress,
  Comparison,
  DatasetId,
  EngineSpeed,
  Entity,
  EntityRef,
  EvaluateProgress,
  PairStatus,
  Quality,
  RunId,
  RunSummary,
  TrainReport,
} from '../kernel/protocol';
import { completeOptions, type OptionSpec, type OptionValue } from '../models/option';
import { presetById, presets } from '../models/registry';
import { parameterCount } from '../models/spec';
import type { Actions, BrowserStorage } from '../notebook/actions';
import type { NotebookStore } from '../notebook/store';
import type { TrainingProgress } from '../training/trainer';

/** A row or column, by its label, its id in the file, or its position. */
type Name = string | number | EntityRef;

/** Metrics of rankings; errors of ratings where such were learned. */
type Metrics = Partial<RankingMetrics> & Partial<Pick<RatingErrors, 'rmse' | 'mae'>>;

type BaselineId = 'popular' | 'itemKnn' | 'ease' | 'ials';

/** A baseline that is estimated to take longer is refused unless more is asked for. */
const BASELINE_SECONDS = 300;

/** A model that can be trained. */
interface PresetDescription {
  readonly id: string;
  readonly title: string;
  readonly learns: 'pairs' | 'ratings';
  /** Rows of the acceptance table that it covers. */
  readonly rows: readonly string[];
  readonly options: readonly OptionSpec[];
}

/** `window.cofactor`: what the page does, by hand. See docs/console-api.md. */
export interface CofactorApi {
  load(
    files: readonly (File | Blob)[] | 'sample',
    options?: LoadOptions & { signal?: AbortSignal; onProgress?: (progress: { share: number }) => void },
  ): Promise<{
    dataset: DatasetId;
    name: string;
    rows: number;
    columns: number;
    pairs: number;
    rejected: number;
    seconds: number;
  }>;
  train(
    options?: { preset?: string; seed?: number } & Record<string, OptionValue | undefined>,
    call?: { signal?: AbortSignal; onProgress?: (progress: TrainingProgress) => void },
  ): Promise<{
    run: RunId;
    engine: EngineId;
    epochs: number;
    steps: number;
    pairsPerSecond: number;
    seconds: number;
    loss: number[];
    metrics: Metrics | null;
    heldOutLoss: number[];
    parameters: number;
    ended: 'done' | 'early' | 'stopped' | 'diverged';
    baselines: { popular: Metrics | null; itemKnn: Metrics | null } & Record<string, Metrics | null>;
  }>;
  resume(
    options?: { moreEpochs?: number },
    call?: { signal?: AbortSignal; onProgress?: (progress: TrainingProgress) => void },
  ): ReturnType<CofactorApi['train']>;
  presets(): Promise<PresetDescription[]>;
  parameters(preset: string, size: { rows: number; columns: number } & Record<string, OptionValue>): Promise<number>;
  baselines(
    options?: { k?: number; maximumSeconds?: number; run?: RunId },
    call?: { signal?: AbortSignal; onProgress?: (progress: EvaluateProgress) => void },
  ): Promise<Record<BaselineId, Metrics | null> & { refused: Partial<Record<BaselineId, string>> }>;
  runs(): Promise<readonly (RunSummary & { shown: boolean })[]>;
  compare(runA: RunId, runB: RunId): Promise<Comparison>;
  topK(
    entry: { row: Name } | { column: Name },
    options?: { k?: number; known?: boolean; run?: RunId },
  ): Promise<{ label: string; id: string; score: number; status: PairStatus }[]>;
  neighbours(
    entry: { side: Axis } & EntityRef,
    options?: { k?: number; metric?: NeighbourMetric; run?: RunId },
  ): Promise<{ label: string; id: string; score: number }[]>;
  embedding(
    side: Axis,
    options?: { run?: RunId },
  ): Promise<{ count: number; dims: number; values: Float32Array; labels: string[]; ids: string[] }>;
  project(options: {
    side: Axis;
    method?: string;
    seed?: number;
    limit?: number;
    run?: RunId;
  }): Promise<{ x: Float32Array; y: Float32Array; variance?: readonly [number, number]; recall?: number }>;
  device(choose?: EngineId | 'auto'): Promise<DeviceDescription>;
  benchmark(call?: {
    signal?: AbortSignal;
    onProgress?: (progress: BenchmarkProgress) => void;
  }): Promise<readonly EngineSpeed[]>;
  select(entry: { row: Name } | { column: Name }): Promise<Entity>;
  storage(): Promise<BrowserStorage>;
}

/** Wraps the notebook's actions: what is called here shows in the page as if clicked. */
export function createApi(actions: Actions, store: NotebookStore): CofactorApi {
  /** A run that has ended, with its metrics beside those of the baselines. */
  async function measured(report: TrainReport, signal?: AbortSignal): ReturnType<CofactorApi['train']> {
    const table = report.heldOutPairs > 0 ? await actions.evaluate({ signal }) : null;
    await actions.run('predictions');
    const { run, engine, epochs, steps, pairsPerSecond, seconds, loss, heldOutLoss, parameters } = report;
    return {
      run,
      engine,
      epochs,
      steps,
      pairsPerSecond,
      seconds,
      loss: [...loss],
      heldOutLoss: [...heldOutLoss],
      parameters,
      ended: report.stopReason,
      metrics: table && metricsOf(table.model),
      baselines: {
        popular: null,
        itemKnn: null,
        ...Object.fromEntries((table?.baselines ?? []).map((baseline) => [baseline.id, metricsOf(baseline)])),
      },
    };
  }

  const api: CofactorApi = {
    async load(files, { signal, onProgress, ...options } = {}) {
      if (files !== 'sample' && !Array.isArray(files)) throw new InputError('expected a list of files, or “sample”');
      const source = files === 'sample' ? files : files.map(asFile);
      const { dataset, summary } = await actions.load(source, options, { signal, onProgress });
      const { name, rows, columns, pairs, rejected, seconds } = summary;
      return { dataset, name, rows, columns, pairs, rejected, seconds };
    },

    async train({ preset, ...given } = {}, { signal, onProgress } = {}) {
      const options = Object.fromEntries(
        Object.entries(given).filter((entry): entry is [string, OptionValue] => entry[1] !== undefined),
      );
      const wanted = preset ?? store.getState().notebook.model.preset;
      actions.endPlan();
      return measured(await actions.train({ preset: wanted, options }, { signal, onProgress }), signal);
    },

    async resume({ moreEpochs } = {}, { signal, onProgress } = {}) {
      return measured(await actions.resumeRun(moreEpochs ?? null, { signal, onProgress }), signal);
    },

    async presets() {
      return presets.map(({ id, title, learns, covers, options }) => ({ id, title, learns, rows: covers, options }));
    },

    async parameters(id, { rows, columns, ...given }) {
      for (const [name, size] of Object.entries({ rows, columns })) {
        if (!Number.isInteger(size) || size < 1) throw new InputError(`expected a number of ${name}, found ${size}`);
      }
      const preset = presetById(id);
      const options = completeOptions(preset.options, given as Record<string, OptionValue>);
      const facts = { rows, columns, pairs: rows, values: null, rowFeatures: 0, columnFeatures: 0 };
      return parameterCount(preset.specify(options, facts).model, rows, columns);
    },

    async baselines({ k = 10, maximumSeconds = BASELINE_SECONDS, run } = {}, { signal, onProgress } = {}) {
      const most = Number.isFinite(maximumSeconds) ? maximumSeconds : null;
      const found = await actions.baselines({ k, maximumSeconds: most, run }, { signal, onProgress });
      const of = (id: BaselineId) => {
        const baseline = found.find((candidate) => candidate.id === id);
        return baseline ? metricsOf(baseline) : null;
      };
      const refused = Object.fromEntries(found.flatMap(({ id, refused }) => (refused === null ? [] : [[id, refused]])));
      return { popular: of('popular'), itemKnn: of('itemKnn'), ease: of('ease'), ials: of('ials'), refused };
    },

    async runs() {
      const shown = store.getState().outputs.training?.run;
      return (await actions.listRuns()).map((summary) => ({ ...summary, shown: summary.run === shown }));
    },

    async compare(runA, runB) {
      return actions.compareRuns(runA, runB);
    },

    async topK(entry, { k = 10, known = true, run } = {}) {
      const [side, name] = sideOf(entry);
      const found = await actions.topK(side, refOf(name), k, known, run);
      return found.map(({ label, id, score, status }) => ({ label, id, score, status }));
    },

    async neighbours({ side, ...ref }, { k = 10, metric = 'cosine', run } = {}) {
      const found = await actions.neighbours(side, ref, k, metric, false, run);
      return found.map(({ label, id, score }) => ({ label, id, score }));
    },

    async embedding(side, { run } = {}) {
      const { count, dimensions, values, labels, ids } = await actions.embedding(side, run);
      return { count, dims: dimensions, values, labels, ids };
    },

    async project({ side, method = 'umap', seed, limit = Number.MAX_SAFE_INTEGER, run }) {
      const { x, y, variance, recall } = await actions.project({
        side,
        method,
        limit,
        run,
        ...(seed === undefined ? {} : { seed }),
      });
      return { x: x.slice(), y: y.slice(), ...(variance ? { variance } : {}), ...(recall ? { recall } : {}) };
    },

    async device(choose) {
      await actions.refreshDevice(choose ?? null);
      const { device, deviceError } = store.getState();
      if (choose && deviceError) throw new StateError(deviceError);
      if (!device) throw new StateError('Expected a device, found none.');
      return device.current;
    },

    async benchmark({ signal, onProgress } = {}) {
      return actions.benchmark({ signal, onProgress });
    },

    async storage() {
      return actions.storage();
    },

    async select(entry) {
      const [side, name] = sideOf(entry);
      await actions.select(side, refOf(name));
      const { entity } = store.getState();
      if (!entity) throw new StateError('Expected a selected entry, found none.');
      return entity;
    },
  };
  return sayingWhatThePageSays(api);
}

function metricsOf({ ranking, ratings }: Quality): Metrics | null {
  if (!ranking && !ratings) return null;
  return { ...ranking, ...(ratings && { rmse: ratings.rmse, mae: ratings.mae }) };
}

function asFile(blob: File | Blob, i: number): File {
  if (blob instanceof File) return blob;
  if (blob instanceof Blob) return new File([blob], `file ${i + 1}`, { type: blob.type });
  throw new InputError(`expected a File or a Blob, found ${typeof blob}`);
}

function sideOf(entry: { row: Name } | { column: Name }): [Axis, Name] {
  if ('row' in entry) return ['row', entry.row];
  if ('column' in entry) return ['column', entry.column];
  throw new InputError('expected { row: … } or { column: … }');
}

function refOf(name: Name): EntityRef {
  if (typeof name === 'number') return { index: name };
  return typeof name === 'object' ? name : { name };
}

/** A rejected promise carries the message that the page shows. */
function sayingWhatThePageSays(api: CofactorApi): CofactorApi {
  const wrapped = Object.fromEntries(
    Object.entries(api).map(([name, method]) => [
      name,
      async (...args: unknown[]) => {
        try {
          return await (method as (...all: unknown[]) => Promise<unknown>)(...args);
        } catch (error) {
          throw isAbort(error) ? error : shownError(error);
        }
      },
    ]),
  );
  return wrapped as unknown as CofactorApi;
}

/** The same error with the page's message. Not every error lets its message be written: a DOMException has a getter. */
function shownError(cause: unknown): Error {
  const error = new Error(messageOf(cause), { cause });
  if (cause instanceof Error) error.name = cause.name;
  return error;
}

declare global {
  interface Window {
    cofactor: CofactorApi;
  }
}
