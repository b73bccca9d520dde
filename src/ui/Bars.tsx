import styles from './Bars.module.css';

interface BarsProps {
  title: string;
  /** Left edges of the bins and, last, the end of the last one. */
  edges: readonly number[];
  counts: readonly number[];
  /** What the bins are called; by their whole numbers where absent. */
  names?: readonly string[];
  note: string;
}

/** A small histogram; each bar names its numbers, and a table repeats them to a screen reader. */
export function Bars({ title, edges, counts, names, note }: BarsProps) {
  const most = Math.max(1, ...counts);
  const name = (i: number) =>
    names?.[i] ?? (edges[i + 1] - edges[i] === 1 ? whole(edges[i]) : `${whole(edges[i])}–${whole(edges[i + 1] - 1)}`);
  return (
    <figure className={styles.figure}>
      <figcaption>
        {title} <span>{note}</span>
      </figcaption>
      <div className={styles.bars} aria-hidden="true">
        {counts.map((count, i) => (
          <div key={edges[i]} className={styles.bin} title={`${name(i)}: ${whole(count)}`}>
            <div
              className={styles.bar}
              style={{ height: `${count === 0 ? 0 : Math.max(1.5, (100 * count) / most)}%` }}
            />
          </div>
        ))}
      </div>
      <div className={styles.axis} aria-hidden="true">
        {counts.map((_, i) => (
          <span key={edges[i]}>{i % Math.ceil(counts.length / 9) === 0 ? whole(edges[i]) : ''}</span>
        ))}
      </div>
      <table className="hidden-visually">
        <caption>{title}</caption>
        <tbody>
          {counts.map((count, i) => (
            <tr key={edges[i]}>
              <th scope="row">{name(i)}</th>
              <td>{whole(count)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}

function whole(value: number): string {
  return value.toLocaleString('en').replace('-', '−');
}
