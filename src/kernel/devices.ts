import type { DeviceDescription, Engine, EngineId, EngineProbe } from '../engines/engine';
import type { DeviceOption, DeviceState } from './protocol';

const TITLES: Record<EngineId, string> = {
  webgpu: 'WebGPU (graphics processor)',
  wasm: 'WASM (processor)',
  webgl: 'WebGL (graphics processor)',
  cpu: 'JavaScript (processor)',
  reference: 'Reference (for checking)',
};

/** Tried in this order when nobody has chosen; webgl only after its gradients passed a self-check. */
const AUTOMATIC: readonly EngineId[] = ['webgpu', 'wasm', 'webgl', 'cpu'];

/** Finds engines by their probes; loads tfjs when one is first asked for. */
export type ProbeFor = (engine: EngineId, chosenByHand: boolean) => Promise<EngineProbe>;

/** Which engine trains, why, and what else there is. */
export class Devices {
  private engine: Engine | null = null;
  private chosen: EngineId | 'auto' = 'auto';
  private readonly missing = new Map<EngineId, string>();
  private readonly lost = new Set<EngineId>();
  private turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly probeFor: ProbeFor) {}

  /** The engine in use; the first call decides. @throws Error when none can run */
  current(): Promise<Engine> {
    return this.inTurn(async () => {
      this.engine ??= await this.pick(this.chosen);
      return this.engine;
    });
  }

  /** Changes the engine. The old one stays when the new one cannot run. @throws Error with the reason */
  choose(choice: EngineId | 'auto'): Promise<Engine> {
    return this.inTurn(async () => {
      if (this.engine && (choice === this.chosen || choice === this.engine.description.engine)) {
        this.chosen = choice;
        return this.engine;
      }
      const engine = await this.pick(choice);
      this.chosen = choice;
      this.engine = engine;
      return engine;
    });
  }

  /** Another engine in place of one whose device is gone, or null. */
  replace(lost: Engine, reason: string): Promise<Engine | null> {
    return this.inTurn(async () => {
      const id = lost.description.engine;
      this.lost.add(id);
      this.missing.set(id, reason);
      this.chosen = 'auto';
      this.engine = null;
      this.engine = await this.pick('auto').catch(() => null);
      return this.engine;
    });
  }

  async state(): Promise<DeviceState> {
    const { description } = await this.current();
    const options: DeviceOption[] = (Object.keys(TITLES) as EngineId[]).map((engine) => ({
      engine,
      title: TITLES[engine],
      missing: this.lost.has(engine) ? (this.missing.get(engine) ?? null) : null,
    }));
    return { current: description, chosen: this.chosen, options };
  }

  /** One probe at a time: tfjs gives up a backend that is still starting when another is asked for. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.turn.then(work);
    this.turn = done.catch(() => undefined);
    return done;
  }

  private async pick(choice: EngineId | 'auto'): Promise<Engine> {
    const byHand = choice !== 'auto';
    const reasons: string[] = [];
    for (const id of byHand ? [choice] : AUTOMATIC) {
      if (this.lost.has(id)) {
        reasons.push(`${TITLES[id]} was lost earlier; reload the page to try it again.`);
        continue;
      }
      const probe = await this.probeFor(id, byHand);
      const found = await probe();
      if ('engine' in found) return reasons.length ? explained(found.engine, reasons) : found.engine;
      this.missing.set(id, found.missing);
      reasons.push(found.missing);
    }
    throw new Error(reasons.join(' '));
  }
}

/** The same engine, saying also why better ones are not used. */
function explained(engine: Engine, reasons: readonly string[]): Engine {
  const description: DeviceDescription = {
    ...engine.description,
    reason: [...reasons, engine.description.reason].join(' '),
  };
  return { ...engine, description };
}
