import type { Axis, Prediction } from '../../kernel/protocol';
import { EntityLink } from '../../notebook/EntityLink';
import { fixed, significant } from '../../notebook/format';
import styles from './View.module.css';

const MARKS: Record<Prediction['status'], string> = { known: 'known', heldOut: 'held out', new: 'new' };

interface ScoreListProps {
  side: Axis;
  entries:
    | readonly {
        index: number;
        id: string;
        label: string;
        score: number;
        status?: Prediction['status'];
        predicted?: number | null;
      }[]
    | null;
  error: string | null;
  /** Lines kept free while an answer is on its way, so that nothing jumps. */
  rows: number;
  name: string;
  /** What is predicted of a pair, where it is more than a score. */
  kind?: 'ratings' | 'pairs';
  /** The score of a whole bar, where scores have a bound; else it is the best of the list. */
  full?: number | undefined;
}

/** Entries with their scores as bars and numbers. */
export function ScoreList({ side, entries, error, rows, name, kind = 'pairs', full }: ScoreListProps) {
  if (error) return <p role="alert">{error}</p>;
  const scores = entries?.map(({ score }) => score) ?? [];
  const high = full ?? Math.max(...scores);
  const low = Math.min(0, ...scores);
  const share = (score: number, predicted: number | null) =>
    kind === 'pairs' && predicted !== null ? predicted : (score - low) / (high - low || 1);
  return (
    <ol className={styles.scores} style={{ minHeight: `${rows * 2.05}rem` }} data-list={name}>
      {entries?.map((entry) => (
        <li key={entry.index} data-status={entry.status}>
          <span className={styles.name}>
            <EntityLink side={side} entry={entry} />
          </span>
          {entry.status && (
            <span className={styles.mark} data-status={entry.status}>
              {MARKS[entry.status]}
            </span>
          )}
          <span className={styles.bar} aria-hidden="true">
            <span style={{ width: `${Math.max(1, 100 * share(entry.score, entry.predicted ?? null))}%` }} />
          </span>
          <span className={styles.score} title={`score ${significant(entry.score, 4)}`}>
            {predictedText(entry.score, entry.predicted ?? null, kind)}
          </span>
        </li>
      ))}
    </ol>
  );
}

/** A rating, a probability in percent, or the bare score. */
export function predictedText(score: number, predicted: number | null, kind: 'ratings' | 'pairs'): string {
  if (predicted === null) return fixed(score, 2);
  if (kind === 'ratings') return fixed(predicted, 2);
  if (predicted > 0.995) return '>99 %';
  return predicted < 0.005 ? '<1 %' : `${Math.round(100 * predicted)} %`;
}
