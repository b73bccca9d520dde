import { type Cleaning, sparseCleaning, toCleaning } from '../../data/clean';
import { readableBytes } from '../../data/decompress';
import type { Inspection } from '../../data/format';
import type { LoadOptions } from '../../data/load';
import type { Mapping } from '../../data/mapping';
import { InputError, isAbort, messageOf } from '../../errors';
import type { CallOptions } from '../../kernel/client';
import type { LoadResult } from '../../kernel/protocol';
import { LARGEST_CACHED } from '../file-cache';
import { duration } from '../format';
import type { Notices } from '../notices';
import { nothingStoredNotice } from '../saved-notebook';
import type { DatasetOutput } from '../store';
import type { CellRunner } from './cell-runner';
import type { ActionDependencies } from './dependencies';

export type DataSource = readonly File[] | 'sample';

/** Reading files. `onReplaced` is called when other data has taken the place of what there was. */
export function createDatasetActions(
  { store, host, clock, cache, sample }: ActionDependencies,
  runner: CellRunner,
  notices: Notices,
  onReplaced: () => void,
) {
  /** Reasons for which files were not kept that have been said. */
  const said = new Set<string>();

  /** Shows a dataset in place of the one before it, and saves the recipe by which it was cleaned. */
  function show(dataset: DatasetOutput, cleanedBefore: readonly Cleaning[]): void {
    onReplaced();
    const recipe = sparseCleaning(dataset.summary.cleaning);
    const cleaning = Object.keys(recipe).length > 0 ? { file: dataset.files[0].name, recipe } : null;
    store.setState(({ notebook }) => ({
      notebook: { ...notebook, cleaning },
      cleanedBefore,
      selection: null,
      entity: null,
      log: null,
      paused: false,
    }));
    runner.output({ dataset, training: null, evaluation: null, map: null });
  }

  function showLoadError(error: unknown): void {
    store.setState({ loadError: messageOf(error) });
    notices.markShown(error);
  }

  /** Keeps files over a reload, and says it once where that cannot be. */
  async function keep(files: readonly File[], mapping: Mapping): Promise<void> {
    const outcome = await cache.write({ files, mapping });
    if (outcome === 'kept' || said.has(outcome)) return;
    said.add(outcome);
    notices.say(
      outcome === 'too large'
        ? {
            id: 'too-large',
            kind: 'note',
            text: `Files of more than ${readableBytes(LARGEST_CACHED)} are not kept over a reload: open them again then.`,
          }
        : nothingStoredNotice(outcome),
    );
  }

  /** The recipe saved for these files. */
  function recipeFor(files: readonly File[]): Partial<Cleaning> {
    const { cleaning } = store.getState().notebook;
    return cleaning && cleaning.file === files[0]?.name ? cleaning.recipe : {};
  }

  /** How files could be read; the same list of them is looked into once. */
  const inspections = new WeakMap<readonly File[], Promise<Inspection>>();
  function inspected(files: readonly File[]): Promise<Inspection> {
    const found = inspections.get(files) ?? host.kernel.call('inspect', { files });
    inspections.set(files, found);
    found.catch(() => inspections.delete(files));
    return found;
  }

  /** Reads files in place of what there is; on failure the notebook is as it was. `onRead` comes before anything changes; `again` cleans by the recipe saved for these files. */
  async function read(
    source: DataSource,
    options: LoadOptions = {},
    { signal, onProgress }: CallOptions<{ share: number }> = {},
    onRead: () => void = () => undefined,
    again = false,
  ): Promise<LoadResult> {
    store.setState({ loadError: null, choosing: null });
    try {
      return await runner.run(
        'dataset',
        signal,
        async ({ signal: inner, progress }) => {
          progress(0, 'Opening');
          if (source.length === 0) throw new InputError('expected at least one file, found none');
          const files = source === 'sample' ? [await sample()] : source;
          const inspection = await inspected(files);
          const mapping = options.mapping ?? (inspection.certain ? inspection.mapping : null);
          const started = clock();
          const result = await host.kernel.call(
            'load',
            { files, options: { ...options, ...(again ? recipeFor(files) : {}), mapping } },
            {
              signal: inner,
              onProgress: ({ bytes, totalBytes, rows }) => {
                const share = bytes / totalBytes;
                progress(share, readingText(bytes, totalBytes, rows, (clock() - started) / 1000));
                onProgress?.({ share });
              },
            },
          );
          onRead();
          show({ ...result, sample: source === 'sample', files, inspection }, []);
          // The sample that stands in for files which could not be read takes nothing from them: perhaps they can the next time.
          if (source !== 'sample') void keep(files, result.mapping);
          else if (!again) void cache.clear();
          return result;
        },
        'returned',
      );
    } catch (error) {
      if (!isAbort(error)) showLoadError(error);
      throw error;
    }
  }

  /**
   * Makes the dataset again from what was read, by another recipe; on failure the notebook is as it was.
   * `cleanedBefore` is what an undo goes back to.
   */
  async function clean(
    recipe: Partial<Cleaning>,
    onCleaned: () => void,
    cleanedBefore?: readonly Cleaning[],
  ): Promise<LoadResult> {
    runner.requireDataset();
    return runner.run(
      'dataset',
      undefined,
      async ({ progress }) => {
        progress(null, 'Cleaning');
        const result = await host.kernel.call('clean', { cleaning: toCleaning(recipe) });
        const { outputs, cleanedBefore: before } = store.getState();
        const dataset = outputs.dataset as DatasetOutput;
        onCleaned();
        show({ ...dataset, ...result }, cleanedBefore ?? [...before, dataset.summary.cleaning]);
        return result;
      },
      'returned',
    );
  }

  return {
    read,
    clean,
    recipeFor,

    /** Reads the dataset again, by the same recipe; the sample where nothing else has been loaded. */
    reload(): Promise<LoadResult> {
      const { dataset } = store.getState().outputs;
      return dataset && !dataset.sample
        ? read(dataset.files, { mapping: dataset.mapping }, {}, undefined, true)
        : read('sample', {}, {}, undefined, true);
    },

    /** True when the files can be read at once; else the page asks for their roles, or says what is wrong. */
    async ensureRoles(source: DataSource, options: LoadOptions): Promise<boolean> {
      if (source === 'sample' || options.mapping) return true;
      store.setState({ loadError: null, choosing: null });
      try {
        const inspection = await inspected(source);
        if (inspection.certain) return true;
        store.setState({ choosing: { files: source, inspection } });
      } catch (error) {
        showLoadError(error);
      }
      return false;
    },

    dismissLoadError: () => store.setState({ loadError: null }),
    cancelChoosing: () => store.setState({ choosing: null }),
  };
}

function readingText(bytes: number, total: number, rows: number, seconds: number): string {
  const share = bytes / total;
  const left = share > 0.02 ? `, ${duration(seconds * (1 / share - 1))} left` : '';
  return `${readableBytes(bytes)} of ${readableBytes(total)}, ${rows.toLocaleString('en')} read${left}`;
}
