import '@fontsource-variable/inter/index.css';
import '@fontsource-variable/source-serif-4/index.css';
import './ui/tokens.css';
import { createRoot } from 'react-dom/client';
import { cells } from './cells/registry';
import { createApi } from './console/api';
import { isolate } from './isolation';
import { createActions } from './notebook/actions';
import { NotebookContext } from './notebook/context';
import { keptFiles } from './notebook/kept-files';
import { createKernelHost, kernelName } from './notebook/kernel-host';
import { Notebook } from './notebook/Notebook';
import { parseSpec, toNotebook, toSpec } from './notebook/notebook';
import { fetchSample } from './notebook/sample';
import { createNotebookStore } from './notebook/store';

const STORED = 'cofactor.notebook';

const isolated = isolate(() => actions.untouched());

const here = [navigator.userAgent, kernelName, crossOriginIsolated ? 'isolated' : 'not isolated'].join(', ');
const saved = parseSpec(localStorage.getItem(STORED));
const store = createNotebookStore(cells.ids, saved ? toNotebook(saved, here) : undefined);
store.subscribe(({ notebook }, before) => {
  if (notebook !== before.notebook) localStorage.setItem(STORED, JSON.stringify(toSpec(notebook)));
});

const host = createKernelHost(({ message }) => store.setState({ failure: message }));
const actions = createActions({
  graph: cells,
  store,
  host,
  clock: () => performance.now(),
  here,
  kept: keptFiles,
  sample: fetchSample,
  draw: Math.random,
});
window.cofactor = createApi(actions, store);

createRoot(document.getElementById('root') as HTMLElement).render(
  <NotebookContext value={{ graph: cells, store, actions }}>
    <Notebook />
  </NotebookContext>,
);

void actions.refreshDevice(null).catch(() => undefined);
// The first visit is a living page: the sample runs by itself. A reload goes on with the file at hand.
void isolated.then(actions.begin);
