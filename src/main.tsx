import '@fontsource-variable/inter/index.css';
import '@fontsource-variable/source-serif-4/index.css';
import './ui/tokens.css';
import { createRoot } from 'react-dom/client';
import { cells } from './cells/registry';
import { createApi } from './console/api';
import { isolate } from './isolation';
import { type Actions, createActions } from './notebook/actions';
import { NotebookContext } from './notebook/context';
import { createFileCache } from './notebook/file-cache';
import { createKernelHost, kernelName } from './notebook/kernel-host';
import { Notebook } from './notebook/Notebook';
import { fetchSample } from './notebook/sample';
import { openSavedNotebook } from './notebook/saved-notebook';
import { createNotebookStore } from './notebook/store';
import { browserStorage } from './notebook/text-storage';

const environmentKey = [navigator.userAgent, kernelName, crossOriginIsolated ? 'isolated' : 'not isolated'].join(', ');
const storage = browserStorage();
const saved = openSavedNotebook(storage, environmentKey);
const store = createNotebookStore(cells.ids, saved.notebook);
store.setState({ notices: saved.notices });
store.subscribe(({ notebook }, before) => {
  if (notebook === before.notebook) return;
  const notice = saved.save(notebook);
  if (notice) actions.notify(notice);
});

const host = createKernelHost(({ message }) => actions.workerFailed(message));
const actions: Actions = createActions({
  graph: cells,
  runCell: (cell) => cells.cell(cell).run(actions),
  store,
  host,
  clock: () => performance.now(),
  environmentKey,
  cache: createFileCache(),
  storage,
  mark: (moment) => performance.mark(`cofactor:${moment}`),
  sample: fetchSample,
  random: Math.random,
});
window.cofactor = createApi(actions, store);

void isolate(actions.isPristine).then(() => {
  createRoot(document.getElementById('root') as HTMLElement).render(
    <NotebookContext value={{ graph: cells, store, actions }}>
      <Notebook />
    </NotebookContext>,
  );
  actions.perform(() => actions.refreshDevice(null));
  // The first visit is a living page: the sample runs by itself. A reload goes on with the file at hand.
  actions.perform(actions.begin);
});
