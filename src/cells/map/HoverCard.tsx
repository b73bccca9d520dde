import type { Axis } from '../../kernel/protocol';
import { useActions, useRoles } from '../../notebook/context';
import { countOf } from '../../notebook/format';
import { useAnswer } from '../../ui/useAnswer';
import styles from './View.module.css';

interface HoverCardProps {
  side: Axis;
  index: number;
  label: string;
  degree: number;
  x: number;
  y: number;
}

/** What lies under the pointer: its name and picture, as text and image, never as markup. */
export function HoverCard({ side, index, label, degree, x, y }: HoverCardProps) {
  const actions = useActions();
  const roles = useRoles();
  const { value: entity } = useAnswer(() => actions.entity(side, { index }), [side, index]);
  const other = side === 'row' ? 'column' : 'row';
  const own = entity?.index === index && entity.side === side ? entity : null;
  // A subject has no picture of its own: those of its works stand for it.
  const { value: pictures } = useAnswer(
    () =>
      own && side === 'column'
        ? Promise.all(own.partners.slice(0, 4).map((partner) => actions.entity('row', { index: partner.index }))).then(
            (rows) => rows.map(({ picture }) => picture).filter((picture) => picture !== null),
          )
        : null,
    [side, own?.index],
  );
  const shown = side === 'row' ? (own?.picture ? [own.picture] : []) : own ? (pictures ?? []) : [];
  return (
    <div className={styles.card} style={{ left: x, top: y }} aria-hidden="true" data-hover-card>
      {shown.length > 0 && (
        <div className={styles.pictures}>
          {shown.map((picture) => (
            <img key={picture} src={picture} alt="" width="36" height="36" />
          ))}
        </div>
      )}
      <strong dir="auto">{label.length > 120 ? `${label.slice(0, 119)}…` : label}</strong>
      <span>{countOf(degree, roles[other])}</span>
    </div>
  );
}
