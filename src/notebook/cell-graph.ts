import { InputError } from '../errors';

export type CellId = string;

/** A cell as far as its place among the others goes. */
export interface CellNode {
  readonly id: CellId;
  /** Cells whose output it works on: a change in one makes it stale. */
  readonly needs: readonly CellId[];
}

/** Which cell needs which. */
export class CellGraph<C extends CellNode = CellNode> {
  readonly ids: readonly CellId[];
  private readonly byId: ReadonlyMap<CellId, C>;

  /** @throws Error on a doubled id, or on a need that no cell before it gives */
  constructor(readonly cells: readonly C[]) {
    const byId = new Map<CellId, C>();
    for (const cell of cells) {
      if (byId.has(cell.id)) throw new Error(`expected one cell “${cell.id}”, found two`);
      for (const need of cell.needs) {
        if (!byId.has(need)) throw new Error(`expected a cell “${need}” before “${cell.id}”, found none`);
      }
      byId.set(cell.id, cell);
    }
    this.byId = byId;
    this.ids = cells.map(({ id }) => id);
  }

  /** @throws InputError for an unknown id */
  cell(id: CellId): C {
    const cell = this.byId.get(id);
    if (!cell) throw new InputError(`expected a cell of ${this.ids.join(', ')}, found “${id}”`);
    return cell;
  }

  /** Every cell that needs this one, directly or not, in reading order. */
  downstream(id: CellId): CellId[] {
    const reached = new Set([id]);
    for (const cell of this.cells) if (cell.needs.some((need) => reached.has(need))) reached.add(cell.id);
    reached.delete(id);
    return this.ids.filter((other) => reached.has(other));
  }
}
