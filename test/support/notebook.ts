import { cells } from '../../src/cells/registry';
import { WorkerClient, type WorkerLike } from '../../src/kernel/client';
import { createKernel } from '../../src/kernel/kernel';
import type { KernelMethods, ProjectorMethods, Response } from '../../src/kernel/protocol';
import { type Port, serve } from '../../src/kernel/serve';
import { type Actions, createActions } from '../../src/notebook/actions';
import { CellGraph } from '../../src/notebook/cell-graph';
import type { FileCache } from '../../src/notebook/file-cache';
import { createNotebookStore, type NotebookStore } from '../../src/notebook/store';
import { browserStorage } from '../../src/notebook/text-storage';

export interface OpenNotebook {
  /** Methods that the kernel was asked for, in their order. */
  readonly asked: readonly string[];
  readonly actions: Actions;
  readonly store: NotebookStore;
  readonly close: () => void;
  /** Keeps the next answer of the kernel that holds a dataset on its way; gives what lets it arrive, once it has been sent. */
  readonly holdDataset: () => Promise<() => void>;
}

/** A notebook without its page: the store, the actions and a kernel in this thread, on the reference engine. */
export function openNotebook(...ids: string[]): Promise<OpenNotebook> {
  return openNotebookWith({ ids });
}

const NO_CACHE: FileCache = {
  write: async () => 'kept',
  clear: async () => undefined,
  read: async () => null,
  allowed: async () => true,
};

/** The same with files that the browser kept. */
export async function openNotebookWith({
  ids,
  cache = NO_CACHE,
}: {
  ids: readonly string[];
  cache?: FileCache;
}): Promise<OpenNotebook> {
  let hold: ((release: () => void) => void) | null = null;
  const asked: string[] = [];
  const { port1, port2 } = new MessageChannel();
  const graph = new CellGraph(cells.cells.filter(({ id }) => ids.includes(id)));
  const store = createNotebookStore(graph.ids);
  const kernel = new WorkerClient<KernelMethods>(() => {
    serve<KernelMethods>(port2 as unknown as Port, createKernel(), () => performance.now());
    return {
      postMessage: (message: unknown, transfer: Transferable[]) => {
        asked.push((message as { method?: string }).method ?? '');
        port1.postMessage(message, transfer);
      },
      terminate: () => port1.close(),
      addEventListener: (type: string, listener: (event: unknown) => void) => {
        if (type !== 'message') return;
        port1.onmessage = ({ data }) => {
          const { type: kind, result } = data as Extract<Response, { type: 'result' }>;
          const held = hold;
          if (held === null || kind !== 'result' || !(result as { summary?: unknown }).summary) listener({ data });
          else {
            hold = null;
            held(() => listener({ data }));
          }
        };
      },
    } as unknown as WorkerLike;
  });
  const projector = new WorkerClient<ProjectorMethods>(() => {
    throw new Error('expected no layout, found one: there is no second worker here');
  });
  const actions: Actions = createActions({
    graph,
    runCell: (cell) => graph.cell(cell).run(actions),
    store,
    host: { kernel, projector },
    clock: () => performance.now(),
    environmentKey: 'this test',
    cache,
    storage: browserStorage(() => {
      throw new Error('expected nothing to be kept');
    }),
    mark: () => undefined,
    // Read as the page's own is, but a small one.
    sample: async () => new File(['{"id":"a","tags":["b","c"]}\n{"id":"d","tags":["c"]}'], 'sample.jsonl'),
    random: () => 0.5,
  });
  await actions.refreshDevice('reference');
  return {
    actions,
    store,
    asked,
    close: () => port1.close(),
    holdDataset: () =>
      new Promise((resolve) => {
        hold = resolve;
      }),
  };
}
