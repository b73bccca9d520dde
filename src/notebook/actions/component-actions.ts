import type { CallOptions } from '../../kernel/client';
import type { ComponentsParams } from '../../kernel/protocol';
import type { ComponentsOutput } from '../store';
import type { CellRunner } from './cell-runner';
import type { ActionDependencies } from './dependencies';

export type ComponentsChoice = Pick<ComponentsParams, 'side' | 'popular' | 'transposed'>;

const COUNT = 10;
/** Entries named at each end: a chart of twelve bars. */
const ENDS = 6;
const DEFAULT: ComponentsChoice = { side: 'column', popular: null, transposed: false };

/** The directions of the embeddings, and files for other tools. */
export function createComponentActions({ store, host }: ActionDependencies, runner: CellRunner) {
  return {
    /** What is not chosen stays as it was. */
    async components(
      choice: Partial<ComponentsChoice> = {},
      { signal }: CallOptions<never> = {},
    ): Promise<ComponentsOutput> {
      const run = runner.shownRun();
      const { components } = store.getState().outputs;
      const wanted = { ...DEFAULT, ...components?.choice, ...choice };
      return runner.run('components', signal, async ({ signal: inner, progress, current }) => {
        progress(null, 'Finding directions');
        const found = await host.kernel.call(
          'components',
          { ...wanted, run, count: COUNT, ends: ENDS },
          { signal: inner },
        );
        const output: ComponentsOutput = { ...found, choice: wanted, run };
        if (current()) runner.output({ components: output });
        return output;
      });
    },

    /** vectors.tsv or names.tsv of a side, for the TensorFlow embedding projector. */
    async exportProjector(side: ComponentsParams['side'], file: 'vectors' | 'names', metadata: boolean): Promise<Blob> {
      return host.kernel.call('exportProjector', { run: runner.shownRun(), side, file, metadata });
    },
  };
}
