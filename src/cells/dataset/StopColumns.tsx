import type { DatasetSummary } from '../../data/summary';
import { count, countOf, significant } from '../../notebook/format';
import styles from './Clean.module.css';

interface StopColumnsProps {
  summary: DatasetSummary;
  /** Ids of the columns to be dropped. */
  chosen: readonly string[];
  onChange: (chosen: string[]) => void;
}

/** The most frequent columns, of which those that say nothing can be dropped; those dropped before can come back. */
export function StopColumns({ summary, chosen, onChange }: StopColumnsProps) {
  const { roles, mostLinked, stopped } = summary;
  const isChosen = new Set(chosen);
  const marked = mostLinked.filter(({ id }) => isChosen.has(id));
  const pairs = marked.reduce((sum, { degree }) => sum + degree, 0);
  const back = stopped.filter(({ id }) => !isChosen.has(id));
  const toggle = (id: string) => onChange(isChosen.has(id) ? chosen.filter((other) => other !== id) : [...chosen, id]);
  const line = (id: string, label: string, right: string) => (
    <label key={id}>
      <input type="checkbox" checked={isChosen.has(id)} onChange={() => toggle(id)} />
      <span dir="auto" title={label}>
        {label}
      </span>
      <small>{right}</small>
    </label>
  );
  return (
    <fieldset className={styles.stop} data-stop-columns>
      <legend>Drop these {roles.column.many}, too frequent to mean much</legend>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className={styles.stopList} tabIndex={0} aria-label={`Most frequent ${roles.column.many}`}>
        {stopped.map(({ id, label }) => line(id, label, 'dropped'))}
        {mostLinked.map(({ id, label, degree }) => line(id, label, count(degree)))}
      </section>
      <p aria-live="polite">
        {marked.length > 0
          ? `Would drop ${countOf(marked.length, roles.column)} and ${count(pairs)} pairs, ${significant((100 * pairs) / summary.pairs, 2)} % of all. `
          : `The ${mostLinked.length} most frequent, with how many ${roles.row.many} have each. `}
        {back.length > 0 && `Would bring back ${countOf(back.length, roles.column)}.`}
      </p>
    </fieldset>
  );
}
