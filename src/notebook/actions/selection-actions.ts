import type { NeighbourMetric } from '../../embedding/neighbours';
import type { Axis, Entity, EntityRef, RunId } from '../../kernel/protocol';
import type { CellRunner } from './cell-runner';
import type { ActionDependencies } from './dependencies';

/** The page's one selection, and what can be asked about entries. */
export function createSelectionActions({ store, host, random }: ActionDependencies, runner: CellRunner) {
  /** Number of the last selection. */
  let selections = 0;

  /** An entry of the data, its held-out pairs as the run shown has them. */
  async function entityOf(side: Axis, ref: EntityRef): Promise<Entity> {
    const run = store.getState().outputs.training?.run ?? null;
    return host.kernel.call('entity', { run, side, ref });
  }

  async function select(side: Axis, ref: EntityRef): Promise<void> {
    if (ref.index !== undefined && ref.label !== undefined) {
      store.setState({ selection: { side, index: ref.index, label: ref.label } });
    }
    const own = ++selections;
    const entity = await entityOf(side, ref);
    // A later click has taken its place.
    if (own !== selections) return;
    store.setState({ entity, selection: { side, index: entity.index, label: entity.label } });
  }

  async function selectRandom(side: Axis): Promise<void> {
    const { index } = await host.kernel.call('random', { side, draw: random() });
    await select(side, { index });
  }

  return {
    select,
    selectRandom,

    /** Shows predictions: for the selected entry, or for one drawn at random. */
    async predict(): Promise<void> {
      runner.shownRun();
      await runner.run('predictions', undefined, async () => {
        const { selection } = store.getState();
        if (selection) await select(selection.side, { index: selection.index });
        else await selectRandom('row');
      });
    },

    async topK(side: Axis, ref: EntityRef, k: number, known: boolean, run?: RunId) {
      return host.kernel.call('topK', { run: run ?? runner.shownRun(), side, ref, k, known });
    },
    async neighbours(side: Axis, ref: EntityRef, k: number, metric: NeighbourMetric, least = false, run?: RunId) {
      return host.kernel.call('neighbours', { run: run ?? runner.shownRun(), side, ref, k, metric, least });
    },
    async vector(side: Axis, ref: EntityRef) {
      return host.kernel.call('vector', { run: runner.shownRun(), side, ref });
    },
    search: (side: Axis, text: string, limit: number, signal?: AbortSignal) =>
      host.kernel.call('search', { side, text, limit }, { signal }),
    async embedding(side: Axis, run?: RunId) {
      return host.kernel.call('embedding', { run: run ?? runner.shownRun(), side });
    },
    entity: entityOf,
  };
}
