import { cells } from '../../src/cells/registry';
import { WorkerClient, type WorkerLike } from '../../src/kernel/client';
import { createKernel } from '../../src/kernel/kernel';
import type { KernelMethods, ProjectorMethods } from '../../src/kernel/protocol';
import { type Port, serve } from '../../src/kernel/serve';
import { type Actions, createActions } from '../../src/notebook/actions';
import { CellGraph } from '../../src/notebook/cell';
import { createNotebookStore, type NotebookStore } from '../../src/notebook/store';

/** A notebook without its page: the store, the actions and a kernel in this thread, on the reference engine. */
export async function openNotebook(
  ...ids: string[]
): Promise<{ actions: Actions; store: NotebookStore; close: () => void }> {
  const { port1, port2 } = new MessageChannel();
  const graph = new CellGraph(cells.cells.filter(({ id }) => ids.includes(id)));
  const store = createNotebookStore(graph.ids);
  const kernel = new WorkerClient<KernelMethods>(() => {
    serve<KernelMethods>(port2 as unknown as Port, createKernel({ clock: () => performance.now() }));
    return {
      postMessage: (message: unknown, transfer: Transferable[]) => port1.postMessage(message, transfer),
      terminate: () => port1.close(),
      addEventListener: (type: string, listener: (event: unknown) => void) => {
        if (type === 'message') port1.onmessage = ({ data }) => listener({ data });
      },
    } as unknown as WorkerLike;
  });
  const projector = new WorkerClient<ProjectorMethods>(() => {
    throw new Error('expected no layout, found one: there is no second worker here');
  });
  const actions = createActions({
    graph,
    store,
    host: { kernel, projector },
    clock: () => performance.now(),
    here: 'this test',
    kept: { write: async () => undefined, forget: async () => undefined, read: async () => null },
    sample: () => Promise.reject(new Error('expected a file, found none: there is no sample here')),
    draw: () => 0.5,
  });
  await actions.refreshDevice('reference');
  return { actions, store, close: () => port1.close() };
}
