import type { ComponentType } from 'react';
import type { Roles } from '../data/words';
import type { Actions } from './actions';
import type { CellNode } from './cell-graph';

/** A kind of cell. A new one is one folder in cells/ whose index.ts exports `cell`. */
export interface CellType extends CellNode {
  /** Place in the notebook. */
  readonly order: number;
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
