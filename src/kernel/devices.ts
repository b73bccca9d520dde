import {
  type DeviceDescription,
  DeviceLostError,
  type Engine,
  type EngineId,
  type EngineProbe,
} from '../engines/engine';
import { isAbort, logFault, messageOf, StateError } from '../errors';
import { speedText } from '../models/cost';
import type { ModelSpec } from '../models/spec';
import type { BenchmarkProgress, DeviceOption, DeviceState, EngineSpeed } from './protocol';

const TITLES: Record<EngineId, string> = {
  webgpu: 'WebGPU (graphics processor)',
  wasm: 'WASM (processor)',
  webgl: 'WebGL (graphics processor)',
  cpu: 'JavaScript (processor)',
  reference: 'Reference (for checking)',
};

/** Tried in this order when nobody has chosen and nothing was measured; webgl only after its gradients passed a self-check. */
const AUTOMATIC: readonly EngineId[] = ['webgpu', 'wasm', 'webgl', 'cpu'];

/** Finds engines by their probes; loads tfjs when one is first asked for. */
export type ProbeFor = (engine: EngineId, chosenByHand: boolean) => Promise<EngineProbe>;

/** Which engine trains, why, and what else there is. */
export class Devices {
  private engine: Engine | null = null;
  private chosen: EngineId | 'auto' = 'auto';
  /** Each engine is started once: some have threads. Those found by hand may be refused else. */
  private readonly found = new Map<EngineId, { readonly engine: Engine; readonly userSelected: boolean }>();
  /** Engines whose device is gone, and how it went. */
  private readonly lost = new Map<EngineId, string>();
  /** Pairs per second that engines reached on this machine, where that was measured. */
  private speeds: ReadonlyMap<EngineId, number> = new Map();
  private turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly probeFor: ProbeFor) {}

  /** The engine in use; the first call decides. @throws StateError when none can run */
  current(): Promise<Engine> {
    return this.inTurn(async () => {
      this.engine ??= await this.pick(this.chosen);
      return this.engine;
    });
  }

  /**
   * What trains a model: the engine in use, or, where that one refuses it, the first that does not, and why.
   * @throws StateError when none can run
   */
  forModel(spec: ModelSpec): Promise<{ readonly engine: Engine; readonly notice: string | null }> {
    return this.inTurn(async () => {
      this.engine ??= await this.pick(this.chosen);
      const refusal = this.engine.refuses(spec);
      if (refusal === null) return { engine: this.engine, notice: null };
      for (const id of [...this.automatic(), 'reference'] as const) {
        const found = await this.find(id, false);
        if ('missing' in found || found.engine.refuses(spec) !== null) continue;
        return { engine: found.engine, notice: `${refusal} ${TITLES[id]} trains this model.` };
      }
      throw new StateError(refusal);
    });
  }

  /** Changes the engine. The old one stays when the new one cannot run. @throws StateError with the reason */
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
      this.lose(lost.description.engine, reason);
      this.engine ??= await this.pick('auto').catch(() => null);
      return this.engine;
    });
  }

  /** What was measured on this machine: unless someone chooses, the fastest is taken from now on. */
  prefer(speeds: readonly EngineSpeed[]): void {
    this.speeds = new Map(
      speeds.flatMap(({ engine, pairsPerSecond }) => (pairsPerSecond ? [[engine, pairsPerSecond]] : [])),
    );
  }

  /**
   * Measures the engines that can be used here, one after another, and has the fastest taken where nobody has
   * chosen. Until the last is measured, nobody else is given an engine. An engine that someone chose stays in use.
   * @throws AbortError of the measuring; nothing has changed then
   */
  measure(
    speedOf: (engine: Engine, progress: (share: number) => void) => Promise<number>,
    progress: (progress: BenchmarkProgress) => void,
  ): Promise<readonly EngineSpeed[]> {
    return this.inTurn(async () => {
      const speeds: EngineSpeed[] = [];
      for (const engine of AUTOMATIC) {
        const title = TITLES[engine];
        const report = (share: number) =>
          progress({ title, share: (speeds.length + share) / AUTOMATIC.length, speeds: [...speeds] });
        report(0);
        speeds.push({ engine, title, ...(await this.measured(engine, (found) => speedOf(found, report))) });
      }
      this.prefer(speeds);
      if (this.chosen === 'auto') this.engine = await this.pick('auto');
      return speeds;
    });
  }

  async state(): Promise<DeviceState> {
    const { description } = await this.current();
    const options: DeviceOption[] = (Object.keys(TITLES) as EngineId[]).map((engine) => ({
      engine,
      title: TITLES[engine],
      missing: this.lost.get(engine) ?? null,
      oneThread: this.found.get(engine)?.engine.description.oneThread ?? null,
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
    const userSelected = choice !== 'auto';
    const reasons: string[] = [];
    const order = userSelected ? [choice] : this.automatic();
    for (const id of order) {
      const found = await this.find(id, userSelected);
      if ('missing' in found) {
        reasons.push(found.missing);
        continue;
      }
      const speed = this.speeds.get(id);
      const fastest = !userSelected && speed && id === order[0] ? [`Fastest here: ${speedText(speed)}.`] : [];
      return explained(found.engine, reasons, fastest);
    }
    throw new StateError(reasons.join(' '));
  }

  /** The fastest first; what was not measured comes after what was. */
  private automatic(): readonly EngineId[] {
    const speed = (id: EngineId) => this.speeds.get(id) ?? 0;
    return AUTOMATIC.toSorted((a, b) => speed(b) - speed(a));
  }

  private async find(id: EngineId, userSelected: boolean): Promise<{ engine: Engine } | { missing: string }> {
    if (this.lost.has(id)) return { missing: `${TITLES[id]} was lost earlier; reload the page to try it again.` };
    const before = this.found.get(id);
    if (before && (userSelected || !before.userSelected)) return before;
    const probe = await this.probeFor(id, userSelected);
    const found = await probe();
    if ('engine' in found) this.found.set(id, { engine: found.engine, userSelected });
    return found;
  }

  private async measured(
    id: EngineId,
    speedOf: (engine: Engine) => Promise<number>,
  ): Promise<Pick<EngineSpeed, 'pairsPerSecond' | 'missing'>> {
    const found = await this.find(id, this.chosen === id);
    if ('missing' in found) return { pairsPerSecond: null, missing: found.missing };
    try {
      return { pairsPerSecond: await speedOf(found.engine), missing: null };
    } catch (error) {
      if (isAbort(error)) throw error;
      if (error instanceof DeviceLostError) this.lose(id, error.message);
      logFault(error);
      return { pairsPerSecond: null, missing: messageOf(error) };
    }
  }

  private lose(id: EngineId, reason: string): void {
    this.lost.set(id, reason);
    this.found.delete(id);
    if (this.engine?.description.engine !== id) return;
    this.chosen = 'auto';
    this.engine = null;
  }
}

/** The same engine, saying also why better ones are not used, and what else speaks for it. */
function explained(engine: Engine, before: readonly string[], after: readonly string[]): Engine {
  if (before.length + after.length === 0) return engine;
  const description: DeviceDescription = {
    ...engine.description,
    reason: [...before, engine.description.reason, ...after].join(' '),
  };
  return { ...engine, description };
}
