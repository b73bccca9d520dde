import type { Evaluation } from '../../kernel/protocol';
import { useRoles } from '../../notebook/context';
import { count, fixed } from '../../notebook/format';
import styles from './View.module.css';

/** Recall in parts of the test: where the model does well, and where it does not. */
export function Slices({ evaluation: { slices, k } }: { evaluation: Evaluation }) {
  const roles = useRoles();
  const shown = slices.filter((group) => group.slices.length > 1);
  if (shown.length === 0) return null;
  return (
    <details className={styles.slices} data-slices>
      <summary>Where it does well, and where it does not</summary>
      <div className={styles.groups}>
        {shown.map((group) => (
          <table key={group.title}>
            <caption>
              Recall@{k} {group.title}
            </caption>
            <thead className="hidden-visually">
              <tr>
                <th scope="col">Part</th>
                <th scope="col">Recall</th>
                <th scope="col">{group.of === 'rows' ? roles.row.many : 'pairs'}</th>
              </tr>
            </thead>
            <tbody>
              {group.slices.map(({ name, count: size, recall }, i) => (
                <tr key={`${i} ${name}`}>
                  <th scope="row" dir="auto">
                    {name}
                  </th>
                  <td className={styles.sliceBar}>
                    <span className={styles.bar} aria-hidden="true">
                      <span style={{ width: `${100 * recall}%` }} />
                    </span>
                  </td>
                  <td>{fixed(recall, 3)}</td>
                  <td className={styles.size}>
                    {count(size)}{' '}
                    {group.of === 'rows'
                      ? size === 1
                        ? roles.row.one
                        : roles.row.many
                      : size === 1
                        ? 'pair'
                        : 'pairs'}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        ))}
      </div>
    </details>
  );
}
