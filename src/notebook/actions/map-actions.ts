import { onAbort } from '../../abort';
import { InputError } from '../../errors';
import type { CallOptions } from '../../kernel/client';
import type { Axis, MapPoints, RunId } from '../../kernel/protocol';
import { methodById } from '../../projection/registry';
import type { Notebook } from '../notebook';
import type { MapOutput } from '../store';
import type { CellRunner } from './cell-runner';
import { createComponentActions } from './component-actions';
import type { ActionDependencies } from './dependencies';

/** Side, method and options show in the page and are saved; seed and limit, where given, are for this call alone. */
export type MapChoice = Partial<Pick<Notebook['map'], 'side' | 'method' | 'options'>> & {
  seed?: number;
  limit?: number;
  /** Another run than the one shown. */
  run?: RunId;
};

/** What a layout is made of. */
interface Layout extends Pick<Notebook['map'], 'side' | 'method' | 'options' | 'limit'> {
  readonly run: RunId;
  readonly seed: number;
}

/** Pictures of what was learned: maps and directions. Layouts of the run at hand are kept, so that going back to one costs nothing. */
export function createMapActions(dependencies: ActionDependencies, runner: CellRunner) {
  const { store, host } = dependencies;
  const maps = new Map<string, MapOutput>();
  const points = new Map<Axis, Promise<MapPoints>>();

  function setMap(map: Partial<Notebook['map']>): void {
    store.setState(({ notebook }) => ({ notebook: { ...notebook, map: { ...notebook.map, ...map } } }));
    const recolour = Object.keys(map).every((key) => key === 'colour');
    if (!recolour) runner.invalidate(['map']);
  }

  /** Labels, degrees and colours of a side: asked for once for a dataset. */
  async function pointsOf(side: Axis): Promise<MapPoints> {
    const asked = points.get(side) ?? host.kernel.call('points', { side });
    points.set(side, asked);
    return asked.catch((error: unknown) => {
      points.delete(side);
      throw error;
    });
  }

  /** Lays out the vectors of a run; `signal` ends the projector, since umap-js and the PCA cannot be interrupted. */
  async function layOut(
    { run, side, method, options, limit, seed }: Layout,
    signal: AbortSignal,
    onProgress: (share: number, stage: string, sofar: MapOutput | null) => void,
  ): Promise<MapOutput> {
    onProgress(0, 'Fetching vectors', null);
    const drawn = await pointsOf(side);
    const indices = methodById(method).bounded && drawn.count > limit ? mostFrequent(drawn.degrees, limit) : null;
    const base = { side, method, indices, points: drawn };
    signal.throwIfAborted();
    const release = onAbort(signal, () => host.projector.terminate());
    try {
      const result = await host.projector.call(
        'project',
        { vectors: { run, side, indices }, method, options, seed },
        {
          onProgress: ({ share, stage, positions }) =>
            onProgress(
              share,
              stage,
              positions && { ...base, ...positions, variance: null, quality: null, settled: false },
            ),
        },
      );
      return { ...base, ...result, settled: true };
    } finally {
      release();
    }
  }

  return {
    ...createComponentActions(dependencies, runner),
    setMap,

    /** @throws InputError for an unknown side or method, before anything on the page changes */
    async project(choice: MapChoice = {}, { signal }: CallOptions<never> = {}): Promise<MapOutput> {
      const shownRun = runner.shownRun();
      const before = store.getState().notebook;
      const { run = shownRun, seed = seedOf(before), limit = before.map.limit, ...shown } = choice;
      if (shown.side !== undefined) requireSide(shown.side);
      if (shown.method !== undefined) methodById(shown.method);
      // Options belong to a method: another one begins with its own defaults.
      const changed = shown.method !== undefined && shown.method !== before.map.method;
      const own = changed ? { options: {}, ...shown } : shown;
      // A run that the page does not show leaves its map alone.
      if (run !== shownRun) {
        const { side, method, options } = { ...before.map, ...own };
        return layOut(
          { run, side, method, options, limit, seed },
          signal ?? new AbortController().signal,
          () => undefined,
        );
      }
      if (Object.keys(shown).length > 0) setMap(own);
      const { side, method, options } = store.getState().notebook.map;
      const layout = { run, side, method, options, limit, seed };
      const key = JSON.stringify(layout);
      return runner.run('map', signal, async ({ signal: inner, progress, current }) => {
        const known = maps.get(key);
        if (known) {
          runner.output({ map: known });
          return known;
        }
        const map = await layOut(layout, inner, (share, stage, sofar) => {
          if (!current()) return;
          progress(share, stage);
          if (sofar) runner.output({ map: sofar });
        });
        maps.set(key, map);
        if (current()) runner.output({ map });
        return map;
      });
    },

    /** Layouts of a run that is no longer the last. */
    forgetMaps: () => maps.clear(),

    /** All that belongs to data that is gone. */
    forgetPoints(): void {
      host.projector.terminate();
      maps.clear();
      points.clear();
      runner.output({ components: null });
    },
  };
}

function requireSide(side: unknown): void {
  if (side !== 'row' && side !== 'column') {
    throw new InputError(`expected the side “row” or “column”, found “${String(side)}”`);
  }
}

function seedOf(notebook: Notebook): number {
  return typeof notebook.model.options.seed === 'number' ? notebook.model.options.seed : 1;
}

function mostFrequent(degrees: Uint32Array, limit: number): Int32Array {
  const order = Int32Array.from(degrees, (_, i) => i).sort((a, b) => degrees[b] - degrees[a] || a - b);
  return order.slice(0, limit).sort();
}
