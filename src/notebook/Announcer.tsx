import { useEffect, useState } from 'react';
import { Announcements } from './announcements';
import { useNotebook, useRoles } from './context';

/** Lines that stay in the page: a screen reader takes each as it comes. */
const KEPT = 6;

/** Says what cells are at, for those who do not see it. */
export function Announcer() {
  const { graph, store } = useNotebook();
  const roles = useRoles();
  const [lines, setLines] = useState<readonly { id: number; text: string }[]>([]);
  useEffect(() => {
    const announcements = new Announcements(() => performance.now());
    let last = 0;
    return store.subscribe((now, before) => {
      const said = graph.cells
        .map((cell) => announcements.of(cell.id, cell.title(roles), before.runtimes[cell.id], now.runtimes[cell.id]))
        .filter((text) => text !== null);
      if (now.paused && !before.paused) said.push(`${graph.cell('training').title(roles)}: paused`);
      if (said.length > 0) setLines((old) => [...old, ...said.map((text) => ({ id: last++, text }))].slice(-KEPT));
    });
  }, [graph, store, roles]);
  return (
    <div role="log" aria-label="What the cells are at" className="hidden-visually">
      {lines.map(({ id, text }) => (
        <p key={id}>{text}</p>
      ))}
    </div>
  );
}
