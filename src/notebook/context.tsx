import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import type { Roles } from '../data/words';
import type { Actions } from './actions';
import type { CellType } from './cell';
import type { CellGraph } from './cell-graph';
import type { NotebookState, NotebookStore } from './store';

/** What every cell can reach. */
export interface NotebookContextValue {
  readonly graph: CellGraph<CellType>;
  readonly store: NotebookStore;
  readonly actions: Actions;
}

export const NotebookContext = createContext<NotebookContextValue | null>(null);

export function useNotebook(): NotebookContextValue {
  const value = useContext(NotebookContext);
  if (!value) throw new Error('expected a NotebookContext around this component, found none');
  return value;
}

export function useActions(): Actions {
  return useNotebook().actions;
}

/** A part of the state; the component is drawn again when it changes. */
export function useNotebookState<T>(select: (state: NotebookState) => T): T {
  return useStore(useNotebook().store, select);
}

const FALLBACK: Roles = {
  row: { one: 'work', many: 'works' },
  column: { one: 'subject', many: 'subjects' },
};

/** What the data calls its rows and columns. */
export function useRoles(): Roles {
  return useNotebookState(({ outputs }) => outputs.dataset?.summary.roles ?? FALLBACK);
}

const keys = new WeakMap<readonly File[], number>();
let lastKey = 0;

/** A React key that is another one for other files: what is kept under it begins anew. Cleaning leaves it alone. */
export function useDatasetKey(): number {
  const files = useNotebookState(({ outputs }) => outputs.dataset?.files ?? null);
  if (files === null) return 0;
  const key = keys.get(files) ?? ++lastKey;
  keys.set(files, key);
  return key;
}
