import type { Axis } from '../kernel/protocol';
import type { CellId } from './cell-graph';
import { useActions } from './context';

interface EntityLinkProps {
  side: Axis;
  entry: { index: number; label: string };
  /** Cell to scroll to, where what the click shows would be out of sight. */
  goTo?: CellId;
}

/** A work or subject by name: a click selects it everywhere on the page. */
export function EntityLink({ side, entry, goTo }: EntityLinkProps) {
  const actions = useActions();
  return (
    <button
      type="button"
      className="linklike"
      dir="auto"
      title={entry.label.length > 40 ? entry.label.slice(0, 300) : undefined}
      onClick={() => {
        actions.perform(() => actions.select(side, entry));
        if (goTo) document.getElementById(`cell-${goTo}`)?.scrollIntoView();
      }}
    >
      {entry.label.length > 200 ? `${entry.label.slice(0, 199)}…` : entry.label}
    </button>
  );
}
