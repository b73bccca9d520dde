import { InputError } from '../../errors';
import type { FactorSpec } from '../../models/factor';
import type { EngineData, ModelState, PairSource } from '../engine';
import type { Buffers } from './buffers';
import { DrawSource } from './draw-source';
import { powers } from './shaders/lazy-adam.wgsl';
import { type ModelShape, shapeOf } from './shape';
import { SideBuffers } from './side-buffers';
import { DeviceTable } from './tables';

export type NamedBuffers = Readonly<Record<string, GPUBuffer>>;

/** What a model keeps on the device, whatever its batches are. */
export interface ModelParts {
  readonly shape: ModelShape;
  readonly sides: readonly [row: SideBuffers, column: SideBuffers];
  readonly link: DeviceTable | null;
  /** The buffers of shaders/lazy-adam.wgsl.ts; none where nothing is caught up with. */
  readonly lazyAdam: NamedBuffers;
  readonly results: GPUBuffer;
  /** Null where batches are drawn elsewhere. */
  readonly source: DrawSource | null;
}

/** How large what a model keeps may be. */
export interface PartBounds {
  /** Bytes of a table that lie in one buffer at most. */
  readonly partBytes: number;
  /**
   * Steps after which all rows are caught up, so that the recorded sums stay few;
   * at least those of a command buffer.
   */
  readonly maxRecordedSteps: number;
}

/** @throws InputError for a model that is too large for the device */
export function makeParts(
  spec: FactorSpec,
  state: ModelState,
  data: EngineData,
  source: PairSource | undefined,
  results: GPUBuffer,
  buffers: Buffers,
  { partBytes, maxRecordedSteps }: PartBounds,
): ModelParts {
  const shape = shapeOf(spec);
  const link = state.tables.find(({ name }) => name === 'link');
  const span = link && ({ name: 'link', shape: link.shape, from: 0, width: 2 } as const);
  return {
    shape,
    sides: [
      new SideBuffers(buffers, shape, 'row', state, data, partBytes),
      new SideBuffers(buffers, shape, 'column', state, data, partBytes),
    ],
    link: span ? new DeviceTable(buffers, 1, 1, shape.parameterParts, [span], Number.POSITIVE_INFINITY) : null,
    lazyAdam: lazyAdamBuffers(buffers, shape, maxRecordedSteps),
    results,
    source: source ? sourceOf(buffers, source) : null,
  };
}

function lazyAdamBuffers(buffers: Buffers, { spec, untouchedRows }: ModelShape, steps: number): NamedBuffers {
  const { optimiser } = spec;
  if (untouchedRows !== 'lazy-exact' || optimiser.kind !== 'adam') return {};
  return {
    pendingSums: buffers.storage('pending sums', 16 * (steps + 1)),
    powers: buffers.keep('powers', powers(optimiser.beta1, optimiser.beta2)),
  };
}

/** Null where there are more pairs than the device looks at in one piece: they are then drawn elsewhere. */
function sourceOf(buffers: Buffers, source: PairSource): DrawSource | null {
  try {
    return new DrawSource(buffers, source);
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  }
}
