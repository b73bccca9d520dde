import { useEffect } from 'react';
import { useNotebook } from './context';

/** Keys and what they do, as the help lists them. */
export const KEYS: readonly (readonly [string, string])[] = [
  ['Shift + Enter', 'Run the cell and go to the next'],
  ['Ctrl or ⌘ + Enter', 'Run the cell'],
  ['j or ↓', 'Next cell'],
  ['k or ↑', 'Previous cell'],
  ['Enter', 'Into the cell'],
  ['Esc', 'Back out to the cell'],
  ['?', 'This help'],
];

const TYPING =
  'input:not([type=checkbox]):not([type=radio]):not([type=range]), textarea, select, [contenteditable], [role=combobox], [role=listbox], [role=option]';

/** The cell that is being read: the last one whose top has passed the upper third of the window, or null. */
export function cellInView(ids: readonly string[]): string | null {
  const passed = ids.filter((id) => {
    const section = document.getElementById(`cell-${id}`);
    return section !== null && section.getBoundingClientRect().top < window.innerHeight / 3;
  });
  return passed.at(-1) ?? null;
}

/** The notebook's keys. Plain letters and arrows act only outside text fields, dialogs and lists. */
export function useNotebookKeys(showHelp: () => void): void {
  const { graph, store, actions } = useNotebook();
  useEffect(() => {
    const focus = (id: string) => {
      const section = document.getElementById(`cell-${id}`);
      section?.focus({ preventScroll: true });
      section?.scrollIntoView({
        block: 'start',
        behavior: matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth',
      });
    };
    const move = (by: number) => {
      // Without a focus inside the notebook, one moves from what one is reading.
      const inside = document.activeElement?.closest('[data-cell]');
      const from = inside ? store.getState().activeCell : (cellInView(graph.ids) ?? graph.ids[0]);
      const at = graph.ids.indexOf(from);
      focus(graph.ids[Math.max(0, Math.min(graph.ids.length - 1, at + by))]);
    };
    const onKey = (event: KeyboardEvent) => {
      const target = event.target instanceof Element ? event.target : document.body;
      if (event.defaultPrevented || target.closest('dialog, [role=dialog], [role=menu]')) return;
      const active = store.getState().activeCell;
      const section = document.getElementById(`cell-${active}`);
      if (event.key === 'Enter' && (event.shiftKey || event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        actions.perform(() => actions.run(active));
        if (event.shiftKey) move(1);
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === 'Escape') {
        if (target !== section && section?.contains(target)) section.focus();
        return;
      }
      if (target.closest(TYPING)) return;
      const onFrame = target === section || target === document.body;
      switch (event.key) {
        case '?':
          event.preventDefault();
          showHelp();
          break;
        case 'j':
          move(1);
          break;
        case 'k':
          move(-1);
          break;
        case 'ArrowDown':
        case 'ArrowUp':
          // With the focus on the page itself the arrows scroll, as everywhere.
          if (target !== section) break;
          event.preventDefault();
          move(event.key === 'ArrowDown' ? 1 : -1);
          break;
        case 'Enter':
          if (!onFrame || !section) break;
          event.preventDefault();
          section.querySelector<HTMLElement>('[data-run], button:not(:disabled), input, select')?.focus();
          break;
      }
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [graph, store, actions, showHelp]);
}
