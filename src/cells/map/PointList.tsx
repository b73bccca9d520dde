import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import type { Axis } from '../../kernel/protocol';
import { useActions, useRoles } from '../../notebook/context';
import { count } from '../../notebook/format';
import { saveFile } from '../../ui/save';
import styles from './View.module.css';

interface PointListProps {
  title: string;
  entries: readonly { index: number; label: string; degree: number }[];
  side: Axis;
  onClose: () => void;
}

/** The points inside a lasso, however many, the most frequent first. */
export function PointList({ title, entries, side, onClose }: PointListProps) {
  const actions = useActions();
  const roles = useRoles();
  const scroll = useRef<HTMLElement>(null);
  const sorted = [...entries].sort((a, b) => b.degree - a.degree);
  const rows = useVirtualizer({
    count: sorted.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => 30,
    overscan: 8,
  });
  return (
    <section className={styles.list} aria-label="Points in the lasso" data-lasso>
      <header>
        <h4>{title} in the lasso</h4>
        <button type="button" className="button quiet" onClick={() => saveCsv(sorted, roles[side].one)}>
          Save as CSV
        </button>
        <button type="button" className="button quiet" onClick={onClose}>
          Close
        </button>
      </header>
      <section ref={scroll} className={styles.listScroll} aria-label={title}>
        <ul style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map(({ index: at, start, size }) => (
            <li
              key={at}
              className={styles.listRow}
              style={{ height: size, transform: `translateY(${start}px)` }}
              aria-posinset={at + 1}
              aria-setsize={sorted.length}
            >
              <button
                type="button"
                className="linklike"
                dir="auto"
                onClick={() => actions.perform(() => actions.select(side, sorted[at]))}
              >
                {sorted[at].label.slice(0, 200)}
              </button>
              <span>{count(sorted[at].degree)}</span>
            </li>
          ))}
        </ul>
      </section>
    </section>
  );
}

function saveCsv(entries: PointListProps['entries'], word: string): void {
  const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const lines = [`${quote(word)},"pairs"`, ...entries.map(({ label, degree }) => `${quote(label)},${degree}`)];
  saveFile(new Blob([`${lines.join('\r\n')}\r\n`], { type: 'text/csv' }), `cofactor-${word}.csv`);
}
