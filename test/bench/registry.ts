import type { Row } from './row';

const found = import.meta.glob<Row>('./rows/*.ts', { eager: true, import: 'row' });

/** Every row of rows/, in the order of the table. */
export const rows: readonly Row[] = Object.values(found).sort((a, b) => a.order - b.order);
