import { readableBytes } from '../../data/decompress';
import type { LoadOptions } from '../../data/load';
import { isAbort } from '../../kernel/client';
import type { LoadResult } from '../../kernel/protocol';
import { duration } from '../format';
import type { CellRunner } from './cell-runner';
import { type ActionWorld, messageOf, type RunOptions } from './world';

export type DataSource = readonly File[] | 'sample';

/** Reading files. `onReplaced` is called when other data has taken the place of what there was. */
export function createDatasetActions(
  { store, host, clock, kept, sample }: ActionWorld,
  runner: CellRunner,
  onReplaced: () => void,
) {
  /** Reads files in place of what there is; on failure the notebook is as it was. `onRead` comes before anything changes. */
  async function read(
    source: DataSource,
    options: LoadOptions = {},
    { signal, onProgress }: RunOptions<{ share: number }> = {},
    onRead: () => void = () => undefined,
  ): Promise<LoadResult> {
    store.setState({ loadError: null, choosing: null });
    try {
      return await runner.run(
        'dataset',
        signal,
        async ({ signal: inner, progress }) => {
          progress(0, 'Opening');
          if (source.length === 0) throw new RangeError('expected at least one file, found none');
          const files = source === 'sample' ? [await sample()] : source;
          const inspection = await host.kernel.call('inspect', { files });
          const mapping = options.mapping ?? (inspection.certain ? inspection.mapping : null);
          const started = clock();
          const result = await host.kernel.call(
            'load',
            { files, options: { ...options, mapping } },
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
          onReplaced();
          store.setState({ selection: null, entity: null, log: null, paused: false });
          const dataset = { ...result, sample: source === 'sample', files, inspection };
          runner.output({ dataset, training: null, evaluation: null, map: null });
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

  return {
    read,

    /** Reads the dataset again; the sample where nothing else has been loaded. */
    reload(): Promise<LoadResult> {
      const { dataset } = store.getState().outputs;
      return dataset && !dataset.sample ? read(dataset.files, { mapping: dataset.mapping }) : read('sample');
    },

    /** True when the files can be read at once; else the page asks for their roles, or says what is wrong. */
    async ready(source: DataSource, options: LoadOptions): Promise<boolean> {
      if (source === 'sample' || options.mapping) return true;
      store.setState({ loadError: null, choosing: null });
      try {
        const inspection = await host.kernel.call('inspect', { files: source });
        if (inspection.certain) return true;
        store.setState({ choosing: { files: source, inspection } });
      } catch (error) {
        store.setState({ loadError: messageOf(error) });
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
