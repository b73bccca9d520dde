import { useId } from 'react';
import type { Preset } from '../../models/model';
import { presets } from '../../models/registry';
import { useRoles } from '../../notebook/context';
import { fillRoles } from '../../notebook/prose';
import styles from './View.module.css';

const GROUPS: readonly { learns: Preset['learns']; title: string }[] = [
  { learns: 'pairs', title: 'Which pairs exist' },
  { learns: 'ratings', title: 'Ratings' },
];

interface PresetsProps {
  chosen: string;
  /** Whether the data has values that ratings could be; true while there is none. */
  values: boolean;
  onChoose: (preset: Preset) => void;
}

/** The presets, by what they learn. Those that the data cannot teach are folded away, with the reason. */
export function Presets({ chosen, values, onChoose }: PresetsProps) {
  const roles = useRoles();
  const id = useId();
  return (
    <div role="radiogroup" aria-label="Preset">
      {GROUPS.map(({ learns, title }) => {
        const missing = learns === 'ratings' && !values;
        const own = presets.filter((preset) => preset.learns === learns);
        const cards = (
          <div className={styles.presets}>
            {own.map((preset) => (
              <label key={preset.id} className={styles.preset} data-disabled={missing || undefined}>
                <input
                  type="radio"
                  name="preset"
                  value={preset.id}
                  checked={preset.id === chosen}
                  disabled={missing}
                  onChange={() => onChoose(preset)}
                />
                <span>
                  <strong>{preset.title}</strong>
                  <small>{fillRoles(preset.summary, roles)}</small>
                </span>
              </label>
            ))}
          </div>
        );
        return (
          // biome-ignore lint/a11y/useSemanticElements: a fieldset within a radiogroup would be announced twice.
          <div key={learns} role="group" aria-labelledby={`${id}-${learns}`} data-learns={learns}>
            {missing ? (
              <details className={styles.missing} open={own.some((preset) => preset.id === chosen)}>
                <summary id={`${id}-${learns}`}>
                  {own.length} models need ratings, which this data does not have
                </summary>
                {cards}
              </details>
            ) : (
              <>
                <h3 className={styles.heading} id={`${id}-${learns}`}>
                  {title}
                </h3>
                {cards}
              </>
            )}
          </div>
        );
      })}
    </div>
  );
}
