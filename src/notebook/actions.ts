import { readableBytes } from '../data/decompress';
import type { LoadOptions } from '../data/load';
import type { Mapping } from '../data/mapping';
import type { DatasetSummary } from '../data/summary';
import type { NeighbourMetric } from '../embedding/neighbours';
import type { EngineId } from '../engines/engine';
import { isAbort } from '../kernel/client';
import type { EntityRef, LoadResult, MapPoints, MetricsTable, Side, TrainReport } from '../kernel/protocol';
import { estimateCost } from '../models/cost';
import { completeOptions, type OptionValues } from '../models/option';
import { presetById } from '../models/registry';
import { methodById } from '../projection/registry';
import type { TrainingProgress } from '../training/trainer';
import type { CellGraph, CellId } from './cell';
import { duration } from './format';
import type { KeptFiles } from './kept-files';
import type { KernelHost } from './kernel-host';
import type { Notebook } from './notebook';
import { dispatch, type MapOutput, type NotebookStore } from './store';
import { TrainingLog } from './training-log';
import type { CellEvent, CellRuntime } from './transition';

export interface ActionWorld {
  readonly graph: CellGraph;
  readonly store: NotebookStore;
  readonly host: KernelHost;
  readonly clock: () => number;
  /** Keeps the files at hand over a reload. */
  readonly kept: { write(files: KeptFiles): Promise<void>; forget(): Promise<void>; read(): Promise<KeptFiles | null> };
  /** The built-in sample, fetched when it is first wanted. */
  readonly sample: () => Promise<File>;
  /** A number in [0, 1): for “random work”. */
  readonly draw: () => number;
}

export interface RunOptions<G = never> {
  signal?: AbortSignal;
  onProgress?: (progress: G) => void;
}

/** Redraws of the loss curve are at least this far apart, in milliseconds: five a second. */
const DRAW_EVERY = 200;

/** Everything that a person, the console or a test can do with the notebook. */
export type Actions = ReturnType<typeof createActions>;

export function createActions({ graph, store, host, clock, kept, sample, draw }: ActionWorld) {
  const controllers = new Map<CellId, AbortController>();
  let runNumber = 0;
  /** Number of the list of cells being run; a new one ends the one before. */
  let plan = 0;
  /** Number of the last selection. */
  let selections = 0;

  const state = () => store.getState();
  const setOutput = (outputs: Partial<ReturnType<typeof state>['outputs']>) =>
    store.setState((now) => ({ outputs: { ...now.outputs, ...outputs } }));

  /** Runs the work of one cell: its states, its cancel, and nothing of an older run. */
  async function runCell<T>(
    cell: CellId,
    outer: AbortSignal | undefined,
    work: (tools: {
      signal: AbortSignal;
      progress: (share: number | null, text: string) => void;
      current: () => boolean;
    }) => Promise<T>,
    onFailure: 'failed' | 'returned' = 'failed',
  ): Promise<T> {
    controllers.get(cell)?.abort();
    const controller = new AbortController();
    controllers.set(cell, controller);
    const stop = () => controller.abort();
    if (outer?.aborted) stop();
    outer?.addEventListener('abort', stop);
    const before = state().runtimes[cell];
    runNumber = Math.max(runNumber, before.run) + 1;
    const run = runNumber;
    const started = clock();
    const current = () => state().runtimes[cell].run === run;
    dispatch(store, cell, { type: 'started', run });
    try {
      const result = await work({
        signal: controller.signal,
        progress: (share, text) => dispatch(store, cell, { type: 'progressed', run, share, text }),
        current,
      });
      dispatch(store, cell, { type: 'finished', run, seconds: (clock() - started) / 1000 });
      return result;
    } catch (error) {
      const back = {
        ...before,
        status:
          before.status === 'running' || before.status === 'queued'
            ? before.hasOutput
              ? ('stale' as const)
              : ('idle' as const)
            : before.status,
        progress: null,
      };
      if (isAbort(error) || onFailure === 'returned') dispatch(store, cell, { type: 'returned', run, to: back });
      else dispatch(store, cell, { type: 'failed', run, error: messageOf(error) });
      throw error;
    } finally {
      outer?.removeEventListener('abort', stop);
      if (controllers.get(cell) === controller) controllers.delete(cell);
    }
  }

  const invalidate = (cells: readonly CellId[]) => {
    for (const cell of cells) dispatch(store, cell, { type: 'invalidated' });
  };

  /** Reads files in place of what there is; on failure the notebook is as it was. */
  function load(...args: Parameters<typeof read>): Promise<LoadResult> {
    endPlan();
    return read(...args);
  }

  function endPlan(): void {
    plan++;
    for (const cell of graph.ids) {
      if (state().runtimes[cell].status === 'queued') dispatch(store, cell, unqueue(state().runtimes[cell]));
    }
  }

  async function read(
    source: readonly File[] | 'sample',
    options: LoadOptions = {},
    { signal, onProgress }: RunOptions<{ share: number }> = {},
  ): Promise<LoadResult> {
    store.setState({ loadError: null, choosing: null });
    controllers.get('training')?.abort();
    try {
      return await runCell(
        'dataset',
        signal,
        async ({ signal: inner, progress }) => {
          progress(0, 'Opening');
          if (source.length === 0) throw new RangeError('expected at least one file, found none');
          const files = source === 'sample' ? [await sample()] : source;
          const inspection = await host.kernel.call('inspect', { files });
          const started = clock();
          const result = await host.kernel.call(
            'load',
            {
              files,
              options: { ...options, mapping: options.mapping ?? (inspection.certain ? inspection.mapping : null) },
            },
            {
              signal: inner,
              onProgress: ({ bytes, totalBytes, rows }) => {
                const share = bytes / totalBytes;
                const left = share > 0.02 ? `, ${duration(((clock() - started) / 1000) * (1 / share - 1))} left` : '';
                progress(
                  share,
                  `${readableBytes(bytes)} of ${readableBytes(totalBytes)}, ${rows.toLocaleString('en')} read${left}`,
                );
                onProgress?.({ share });
              },
            },
          );
          for (const cell of graph.downstream('dataset')) {
            controllers.get(cell)?.abort();
            dispatch(store, cell, { type: 'cleared' });
          }
          host.projector.terminate();
          maps.clear();
          points.clear();
          store.setState({ selection: null, entity: null, log: null, paused: false });
          setOutput({
            dataset: { ...result, sample: source === 'sample', files, inspection },
            training: null,
            evaluation: null,
            map: null,
          });
          if (source === 'sample') void kept.forget();
          else void kept.write({ files, mapping: result.mapping });
          return result;
        },
        'returned',
      );
    } catch (error) {
      if (!isAbort(error)) store.setState({ loadError: messageOf(error) });
      throw error;
    }
  }

  /** A person's files: asks for the roles where they cannot be told, then runs the whole notebook. */
  async function open(source: readonly File[] | 'sample', options: LoadOptions = {}): Promise<void> {
    if (source !== 'sample' && !options.mapping) {
      store.setState({ loadError: null, choosing: null });
      try {
        const inspection = await host.kernel.call('inspect', { files: source });
        if (!inspection.certain) {
          store.setState({ choosing: { files: source, inspection } });
          return;
        }
      } catch (error) {
        store.setState({ loadError: messageOf(error) });
        return;
      }
    }
    await load(source, options);
    await runFrom('model');
  }

  function setModel(model: Partial<Notebook['model']>): void {
    store.setState(({ notebook }) => ({ notebook: { ...notebook, model: { ...notebook.model, ...model } } }));
    invalidate(graph.downstream('model'));
  }

  async function specify(): Promise<void> {
    requireCell('dataset');
    await runCell('model', undefined, async () => undefined);
  }

  async function train(
    { preset, options }: { preset?: string; options?: OptionValues } = {},
    { signal, onProgress }: RunOptions<TrainingProgress> = {},
  ): Promise<TrainReport> {
    requireCell('dataset');
    if (preset !== undefined || options !== undefined) {
      const { model } = state().notebook;
      const wanted = {
        preset: preset ?? model.preset,
        options: options ?? (preset === undefined || preset === model.preset ? model.options : {}),
      };
      // Checked before anything on the page changes.
      completeOptions(presetById(wanted.preset).options, wanted.options);
      setModel(wanted);
    }
    if (state().runtimes.model.status !== 'done') await specify();
    const log = new TrainingLog();
    const report = await runCell('training', signal, async ({ signal: inner, progress, current }) => {
      store.setState({ log, logVersion: 0, paused: false });
      let drawn = 0;
      const report = await host.kernel.call('train', state().notebook.model, {
        signal: inner,
        onProgress: (now) => {
          log.add(now);
          onProgress?.(now);
          if (!current()) return;
          progress(now.step / now.steps, trainingText(now));
          if (clock() - drawn < DRAW_EVERY && now.phase !== 'paused') return;
          drawn = clock();
          store.setState(({ logVersion }) => ({ logVersion: logVersion + 1, paused: now.phase === 'paused' }));
        },
      });
      store.setState(({ logVersion }) => ({ logVersion: logVersion + 1, paused: false }));
      setOutput({ training: report });
      store.setState({ lastOperations: operationsOf(state().notebook, state().outputs.dataset?.summary ?? null) });
      return report;
    }).catch((error: unknown) => {
      store.setState({ paused: false });
      throw error;
    });
    maps.clear();
    invalidate(graph.downstream('training'));
    if (report.notices.some((notice) => /lost|given up/i.test(notice))) await refreshDevice(null);
    return report;
  }

  function control(action: 'pause' | 'resume' | 'step' | 'stop'): Promise<boolean> {
    if (action === 'resume') store.setState({ paused: false });
    return host.kernel.call('control', { action });
  }

  async function evaluate({ signal }: RunOptions = {}): Promise<MetricsTable> {
    requireCell('training');
    return runCell('evaluation', signal, async ({ signal: inner, progress }) => {
      const evaluation = await host.kernel.call(
        'evaluate',
        { k: 10 },
        {
          signal: inner,
          onProgress: ({ what, share }) =>
            progress(
              (what === 'model' ? share : 1 + share) / 2,
              what === 'model' ? 'Ranking for the model' : 'Ranking for ItemKNN',
            ),
        },
      );
      setOutput({ evaluation });
      return evaluation;
    });
  }

  /** Shows predictions: for the selected entry, or for one drawn at random. */
  async function predict(): Promise<void> {
    requireCell('training');
    await runCell('predictions', undefined, async () => {
      const { selection } = state();
      if (selection) await select(selection.side, { index: selection.index });
      else await selectRandom('row');
    });
  }

  async function select(side: Side, ref: EntityRef): Promise<void> {
    if (ref.index !== undefined && ref.label !== undefined) {
      store.setState({ selection: { side, index: ref.index, label: ref.label } });
    }
    const own = ++selections;
    const entity = await host.kernel.call('entity', { side, ref });
    // A later click has taken its place.
    if (own !== selections) return;
    store.setState({ entity, selection: { side, index: entity.index, label: entity.label } });
  }

  async function selectRandom(side: Side): Promise<void> {
    const { index } = await host.kernel.call('random', { side, draw: draw() });
    await select(side, { index });
  }

  const maps = new Map<string, MapOutput>();
  const points = new Map<Side, Promise<MapPoints>>();

  function setMap(map: Partial<Notebook['map']>): void {
    store.setState(({ notebook }) => ({ notebook: { ...notebook, map: { ...notebook.map, ...map } } }));
    const recolour = Object.keys(map).every((key) => key === 'colour');
    if (!recolour) invalidate(['map']);
  }

  async function project(
    choice: Partial<Pick<Notebook['map'], 'side' | 'method' | 'options' | 'limit'>> & { seed?: number } = {},
    { signal }: RunOptions = {},
  ): Promise<MapOutput> {
    requireCell('training');
    const { seed = seedOf(state().notebook), ...shown } = choice;
    if (shown.side !== undefined) requireSide(shown.side);
    if (shown.method !== undefined) methodById(shown.method);
    if (Object.keys(shown).length > 0) setMap(shown);
    const { side, method, options, limit } = state().notebook.map;
    const key = JSON.stringify([state().outputs.training?.run, side, method, options, limit, seed]);
    return runCell('map', signal, async ({ signal: inner, progress, current }) => {
      const known = maps.get(key);
      if (known) {
        setOutput({ map: known });
        return known;
      }
      progress(0, 'Fetching vectors');
      if (!points.has(side)) points.set(side, host.kernel.call('points', { side }, { signal: inner }));
      const drawn = await (points.get(side) as Promise<MapPoints>).catch((error: unknown) => {
        points.delete(side);
        throw error;
      });
      const vectors = await host.kernel.call('vectors', { side }, { signal: inner });
      const indices = method === 'umap' && vectors.count > limit ? mostFrequent(drawn.degrees, limit) : null;
      const values = indices ? pick(vectors.values, vectors.dimensions, indices) : vectors.values;
      const cancel = () => host.projector.terminate();
      inner.addEventListener('abort', cancel);
      const base = { side, method, indices, points: drawn };
      try {
        const result = await host.projector.call(
          'project',
          { values, dimensions: vectors.dimensions, method, options, seed },
          {
            transfer: [values.buffer as ArrayBuffer],
            onProgress: ({ share, stage, positions }) => {
              if (!current()) return;
              progress(share, stage);
              if (positions) setOutput({ map: { ...base, ...positions, variance: null, settled: false } });
            },
          },
        );
        const map: MapOutput = { ...base, ...result, settled: true };
        maps.set(key, map);
        if (current()) setOutput({ map });
        return map;
      } finally {
        inner.removeEventListener('abort', cancel);
      }
    });
  }

  async function refreshDevice(choose: EngineId | 'auto' | null): Promise<void> {
    try {
      const device = await host.kernel.call('device', { choose });
      store.setState({ device, deviceError: null });
    } catch (error) {
      store.setState({ deviceError: messageOf(error) });
      if (choose === null) throw error;
    }
  }

  /** After a failed worker: a new one, with the dataset read again and everything run. */
  async function recover(): Promise<void> {
    store.setState({ failure: null });
    await refreshDevice('auto');
    if (await run('dataset')) await runFrom('model');
  }

  function requireCell(cell: CellId): void {
    const { outputs, runtimes } = state();
    if (cell === 'dataset' && !outputs.dataset)
      throw new Error('Expected a dataset, found none: load a file or the sample first.');
    if (cell === 'training' && (!outputs.training || !runtimes.training.hasOutput)) {
      throw new Error('Expected a trained model, found none: train one first.');
    }
  }

  /** Reads the dataset again; the sample where nothing else has been loaded. */
  function reload(): Promise<LoadResult> {
    const { dataset } = state().outputs;
    return dataset && !dataset.sample ? read(dataset.files, { mapping: dataset.mapping }) : read('sample');
  }

  /** Runs a cell and, first, what it needs and has not got. Failures are told in the cell. */
  async function run(cell: CellId): Promise<boolean> {
    for (const need of graph.cell(cell).needs) {
      if (state().runtimes[need].status !== 'done' && !(await run(need))) return false;
    }
    try {
      await graph.cell(cell).run(actions);
      return true;
    } catch {
      return false;
    }
  }

  /** Runs cells one after another; a later plan, or a new file, takes its place. */
  async function runList(cells: readonly CellId[]): Promise<void> {
    const own = ++plan;
    let waiting = [...cells];
    while (waiting.length > 0) {
      for (const cell of waiting) {
        if (state().runtimes[cell].status !== 'running')
          dispatch(store, cell, { type: 'queued', run: state().runtimes[cell].run });
      }
      const [next, ...rest] = waiting;
      const ok = await run(next);
      if (own !== plan) return;
      const blocked = ok ? [] : graph.downstream(next);
      for (const cell of blocked) {
        if (state().runtimes[cell].status === 'queued') dispatch(store, cell, unqueue(state().runtimes[cell]));
      }
      waiting = rest.filter((cell) => !blocked.includes(cell));
    }
  }

  function runFrom(cell: CellId): Promise<void> {
    return runList([cell, ...graph.downstream(cell)]);
  }

  const actions = {
    load,
    reload,
    specify,
    open,
    setModel,
    train,
    control,
    evaluate,
    predict,
    select,
    selectRandom,
    setMap,
    project,
    topK: (side: Side, ref: EntityRef, k: number, known: boolean) => host.kernel.call('topK', { side, ref, k, known }),
    neighbours: (side: Side, ref: EntityRef, k: number, metric: NeighbourMetric) =>
      host.kernel.call('neighbours', { side, ref, k, metric }),
    search: (side: Side, text: string, limit: number, signal?: AbortSignal) =>
      host.kernel.call('search', { side, text, limit }, { signal }),
    corner: (size: number, trained: boolean) =>
      host.kernel.call('corner', { ...state().notebook.model, size, trained }),
    embedding: (side: Side) => host.kernel.call('embedding', { side }),
    entity: (side: Side, ref: EntityRef) => host.kernel.call('entity', { side, ref }),
    refreshDevice,
    recover,
    run,
    runFrom,
    runAll: () => runList(graph.ids),
    /** The first run of a page: what was open before a reload, else the sample. */
    async begin(): Promise<void> {
      const before = await kept.read();
      if (before) {
        try {
          await load(before.files, { mapping: before.mapping });
          await runFrom('model');
          return;
        } catch {
          // What was kept can no longer be read; the page begins anew.
          await kept.forget();
        }
      }
      await runList(graph.ids);
    },
    runStale: () =>
      runList(graph.ids.filter((cell) => !['done', 'running', 'queued'].includes(state().runtimes[cell].status))),
    cancel: (cell: CellId) => controllers.get(cell)?.abort(),
    activate: (cell: CellId) => store.setState({ activeCell: cell }),
    dismissLoadError: () => store.setState({ loadError: null }),
    cancelChoosing: () => store.setState({ choosing: null }),
    chooseRoles: (files: readonly File[], mapping: Mapping) => open(files, { mapping }),
    setTheme: (theme: Notebook['theme']) => store.setState(({ notebook }) => ({ notebook: { ...notebook, theme } })),
  };
  return actions;
}

/** What went wrong, as a sentence; messages about a file begin with its name and are left as they are. */
export function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof Error && error.name === 'DataError') return message;
  return message ? message[0].toUpperCase() + message.slice(1) : 'It failed without a reason.';
}

function requireSide(side: unknown): void {
  if (side !== 'row' && side !== 'column')
    throw new RangeError(`expected the side “row” or “column”, found “${String(side)}”`);
}

function unqueue(runtime: CellRuntime): CellEvent {
  return {
    type: 'returned',
    run: runtime.run,
    to: { ...runtime, status: runtime.hasOutput ? 'stale' : 'idle' },
  };
}

function trainingText(now: TrainingProgress): string {
  switch (now.phase) {
    case 'preparing':
      return 'Preparing the device';
    case 'paused':
      return `Paused in epoch ${Math.min(now.epoch + 1, now.epochs)} of ${now.epochs}`;
    case 'training': {
      const left = now.secondsLeft === null ? '' : `, ${duration(now.secondsLeft)} left`;
      return `Epoch ${Math.min(now.epoch + 1, now.epochs)} of ${now.epochs}${left}`;
    }
    default:
      return now.phase satisfies never;
  }
}

function operationsOf(notebook: Notebook, summary: DatasetSummary | null): number | null {
  if (!summary) return null;
  const preset = presetById(notebook.model.preset);
  const { model, training } = preset.specify(completeOptions(preset.options, notebook.model.options), summary);
  return estimateCost(model, training, summary).operations;
}

function seedOf(notebook: Notebook): number {
  return typeof notebook.model.options.seed === 'number' ? notebook.model.options.seed : 1;
}

function mostFrequent(degrees: Uint32Array, limit: number): Int32Array {
  const order = Int32Array.from(degrees, (_, i) => i).sort((a, b) => degrees[b] - degrees[a] || a - b);
  return order.slice(0, limit).sort();
}

function pick(values: Float32Array, dimensions: number, indices: Int32Array): Float32Array {
  const picked = new Float32Array(indices.length * dimensions);
  indices.forEach((from, to) => {
    picked.set(values.subarray(from * dimensions, (from + 1) * dimensions), to * dimensions);
  });
  return picked;
}
