import type { FactorSpec } from '../../models/factor';
import { updatesTouchedRowsOnly } from '../../models/optimiser';

/** A table's side of a pair. */
export type Axis = 'row' | 'column';

/** Numbers that are kept of each parameter, in the order in which they lie in a row of a table. */
export type ParameterPart = 'values' | 'm' | 'v';

/**
 * How rows outside the batch are treated. frozen: they stay. lazy-exact: by the time they are next read they have moved
 * as their moments have it (shaders/lazy-adam.wgsl.ts). dense: all rows are updated at every step.
 */
type UntouchedRows = 'frozen' | 'lazy-exact' | 'dense';

/** A model as its shaders are made from it. Lengths are in vec4Count of floats, which the device reads at once. */
export interface ModelShape {
  readonly spec: FactorSpec;
  /** Whether gathered vectors carry a row's bias and a column's offset in two numbers of their own. */
  readonly extended: boolean;
  /** Fours of a gathered vector. */
  readonly gathered: number;
  /** Threads that share the work on one vector: a power of two, at most 64. */
  readonly lanes: number;
  readonly parameterParts: readonly ParameterPart[];
  readonly untouchedRows: UntouchedRows;
  /** Weight decay that goes into the gradient. */
  readonly coupledDecay: number;
  /** Weight decay that is taken off the parameter, before the rate. */
  readonly decoupledDecay: number;
  readonly sides: Readonly<Record<Axis, AxisShape>>;
}

/** The table of a side, its bias behind its vector: a row's at `dimensions`, a column's one further. */
export interface AxisShape {
  readonly name: Axis;
  /** Whether its entries are inputs, of which rows are the mean: they are gathered as they are. */
  readonly pooled: boolean;
  /** Fours from one of the kept numbers of a row to the next. */
  readonly stride: number;
  /** Place of the bias in a row, in floats; null for none. */
  readonly bias: number | null;
  /** Fours of the vector of a feature; 0 for none. */
  readonly features: number;
}

/** Fours of a vector that a thread takes: fewer would wait for each other longer than they work. */
const VECS_PER_LANE = 4;

export function shapeOf(spec: FactorSpec): ModelShape {
  const { dimensions: d, optimiser } = spec;
  const extended = spec.rowBias || spec.columnBias || spec.offset !== 0;
  const gathered = vec4Count(extended ? d + 2 : d);
  const decoupled = optimiser.kind === 'adam' && optimiser.decoupled;
  const coupledDecay = decoupled ? 0 : optimiser.weightDecay;
  const side = (name: Axis, biased: boolean, features: number): AxisShape => {
    const bias = biased ? (name === 'row' ? d : d + 1) : null;
    const pooled = name === 'row' && spec.rowVector === 'pooled';
    return {
      name,
      pooled,
      bias,
      stride: vec4Count(bias === null ? d : bias + 1),
      // Features of pooled rows stand among their inputs.
      features: features > 0 && !pooled ? vec4Count(d) : 0,
    };
  };
  return {
    spec,
    extended,
    gathered,
    lanes: Math.min(64, 2 ** Math.max(0, Math.ceil(Math.log2(gathered / VECS_PER_LANE)))),
    parameterParts: { adam: ADAM, adagrad: ADAGRAD, sgd: SGD }[optimiser.kind],
    untouchedRows: updatesTouchedRowsOnly(optimiser) ? 'frozen' : coupledDecay === 0 ? 'lazy-exact' : 'dense',
    coupledDecay,
    decoupledDecay: decoupled ? optimiser.weightDecay : 0,
    sides: {
      row: side('row', spec.rowBias, spec.rowFeatures),
      column: side('column', spec.columnBias, spec.columnFeatures),
    },
  };
}

const ADAM: readonly ParameterPart[] = ['values', 'm', 'v'];
const ADAGRAD: readonly ParameterPart[] = ['values', 'v'];
const SGD: readonly ParameterPart[] = ['values'];

/** Fours that hold so many floats. */
export function vec4Count(floats: number): number {
  return Math.ceil(floats / 4);
}
