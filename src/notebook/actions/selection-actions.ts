import type { NeighbourMetric } from '../../embedding/neighbours';
import type { Axis, EntityRef } from '../../kernel/protocol';
import type { CellRunner } from './cell-runner';
import type { ActionDependencies } from './dependencies';

/** The page's one selection, and what can be asked about entries. */
export function createSelectionActions({ store, host, random }: ActionDependencies, runner: CellRunner) {
  /** Number of the last selection. */
  let selections = 0;

  async function select(side: Axis, ref: EntityRef): Promise<void> {
    if (ref.index !== undefined && ref.label !== undefined) {
      store.setState({ selection: { side, index: ref.index, label: ref.label } });
    }
    const own = ++selections;
    const entity = await host.kernel.call('entity', { side, ref });
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
      runner.require('training');
      await runner.run('predictions', undefined, async () => {
        const { selection } = store.getState();
        if (selection) await select(selection.side, { index: selection.index });
        else await selectRandom('row');
      });
    },

    topK: (side: Axis, ref: EntityRef, k: number, known: boolean) => host.kernel.call('topK', { side, ref, k, known }),
    neighbours: (side: Axis, ref: EntityRef, k: number, metric: NeighbourMetric, least = false) =>
      host.kernel.call('neighbours', { side, ref, k, metric, least }),
    vector: (side: Axis, ref: EntityRef) => host.kernel.call('vector', { side, ref }),
    search: (side: Axis, text: string, limit: number, signal?: AbortSignal) =>
      host.kernel.call('search', { side, text, limit }, { signal }),
    embedding: (side: Axis) => host.kernel.call('embedding', { side }),
    entity: (side: Axis, ref: EntityRef) => host.kernel.call('entity', { side, ref }),
  };
}
