import type { Side } from '../../kernel/protocol';
import { useActions } from '../../notebook/context';

/** A work or subject by name: a click selects it everywhere on the page. */
export function EntityLink({ side, entry }: { side: Side; entry: { index: number; label: string } }) {
  const actions = useActions();
  return (
    <button
      type="button"
      className="linklike"
      dir="auto"
      title={entry.label.length > 40 ? entry.label.slice(0, 300) : undefined}
      onClick={() => void actions.select(side, entry)}
    >
      {entry.label.length > 200 ? `${entry.label.slice(0, 199)}…` : entry.label}
    </button>
  );
}
