import type { ComponentType } from 'react';
import type { Roles } from '../data/words';
import { InputError } from '../errors';
import type { Actions } from './actions';

export type CellId = string;

/** A kind of cell. A new one is one folder in cells/ whose index.ts exports `cell`. */
export interface CellType {
  readonly id: CellId;
  /** Place in the notebook. */
  readonly order: number;
  /** Cells whose output it works on: a change in one makes it stale. */
  readonly needs: readonly CellId[];
  title(roles: Roles): string;
  /** One paragraph. */
  prose(roles: Roles): string;
  run(actions: Actions): Promise<unknown>;
  /** Its parts have buttons of their own, and it has none for the whole. */
  readonly manualRun?: true;
  /** Its view has the buttons that end a run, since there is more than one way to. */
  readonly endsItself?: true;
  /** Controls and output. */
  readonly View: ComponentType;
}

/** Which cell needs which. */
export class CellGraph {
  readonly ids: readonly CellId[];
  private readonly byId: ReadonlyMap<CellId, CellType>;

  /** @throws Error on a doubled id, or on a need that no cell before it gives */
  constructor(readonly cells: readonly CellType[]) {
    const byId = new Map<CellId, CellType>();
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
  cell(id: CellId): CellType {
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
