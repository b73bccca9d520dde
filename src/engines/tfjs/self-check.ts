import type { Engine } from '../engine';
import { apartFromReference, TINY_BLOCKS } from '../self-check';

/** What is wrong with an engine, or null: tfjs's webgl backend has been seen to give wrong gather gradients. */
export async function selfCheck(engine: Engine): Promise<string | null> {
  const apart = await apartFromReference(engine, [TINY_BLOCKS]);
  return apart === null ? null : `its gradients are wrong (off by ${apart.toPrecision(2)} in a self-check)`;
}
