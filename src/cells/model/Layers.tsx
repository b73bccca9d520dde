import { type LayerRow, layerSummary } from '../../models/layer-summary';
import type { ModelSpec } from '../../models/spec';
import { useRoles } from '../../notebook/context';
import { count } from '../../notebook/format';
import { fillRoles } from '../../notebook/prose';
import styles from './View.module.css';

/** The layers of a network as Keras’s `summary()` lists them. */
export function Layers({ model, rows, columns }: { model: ModelSpec; rows: number; columns: number }) {
  const roles = useRoles();
  const layers = layerSummary(model, rows, columns);
  const total = layers.reduce((sum, { parameters }) => sum + parameters, 0);
  const from = (layer: LayerRow) => layer.from.map((name) => fillRoles(name, roles)).join(', ');
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys.
    <section className={styles.scroll} tabIndex={0} aria-label="Layers">
      <table className={styles.layers} data-layers>
        <caption>Layers</caption>
        <thead>
          <tr>
            <th scope="col">Layer</th>
            <th scope="col">Output</th>
            <th scope="col">Parameters</th>
            <th scope="col">Connected to</th>
          </tr>
        </thead>
        <tbody>
          {layers.map((layer) => (
            <tr key={layer.name} data-layer={layer.name}>
              <th scope="row">
                {fillRoles(layer.name, roles)} {!layer.name.includes(layer.kind) && <small>{layer.kind}</small>}
              </th>
              <td>{count(layer.output)}</td>
              <td>{count(layer.parameters)}</td>
              <td>{from(layer)}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">Total</th>
            <td />
            <td data-layers-total>{count(total)}</td>
            <td />
          </tr>
        </tfoot>
      </table>
    </section>
  );
}
