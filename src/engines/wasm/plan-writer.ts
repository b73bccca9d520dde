import type { Arena } from './arena';
import { Plan, Side, Table } from './assembly/plan';

/** Names of the plan's numbers, whole and with a point. */
const FLOATS = new Set<Plan>([
  Plan.Temperature,
  Plan.Offset,
  Plan.RangeFrom,
  Plan.RangeTo,
  Plan.Regularisation,
  Plan.Beta1,
  Plan.Beta2,
  Plan.Epsilon,
  Plan.CoupledDecay,
  Plan.DecoupledDecay,
  Plan.NegativeTarget,
  Plan.EmbeddingKept,
]);

/** The plan in the memory of the kernels. */
export class PlanWriter {
  readonly at: number;

  constructor(private readonly arena: Arena) {
    this.at = arena.take(4 * (Plan.Fields + Side.Sides * Table.Fields));
  }

  set(field: Plan, value: number): void {
    if (FLOATS.has(field)) this.arena.floats(this.at + 4 * field, 1)[0] = value;
    else this.arena.ints(this.at + 4 * field, 1)[0] = value;
  }

  get(field: Plan): number {
    return this.arena.ints(this.at + 4 * field, 1)[0];
  }

  setTable(side: Side, field: Table, value: number): void {
    this.arena.ints(this.at + 4 * (Plan.Fields + side * Table.Fields + field), 1)[0] = value;
  }

  getTable(side: Side, field: Table): number {
    return this.arena.ints(this.at + 4 * (Plan.Fields + side * Table.Fields + field), 1)[0];
  }
}
