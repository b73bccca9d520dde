import { onAbort } from '../../abort';
import type { EngineId } from '../../engines/engine';
import { messageOf } from '../../errors';
import type { CallOptions } from '../../kernel/client';
import type { BenchmarkProgress, EngineSpeed } from '../../kernel/protocol';
import type { Notices } from '../notices';
import type { ActionDependencies } from './dependencies';

export type DeviceActions = ReturnType<typeof createDeviceActions>;

/** Choosing a device, and measuring what this machine has. */
export function createDeviceActions(
  { store, host, environmentKey }: Pick<ActionDependencies, 'store' | 'host' | 'environmentKey'>,
  notices: Notices,
) {
  let measuring: AbortController | null = null;

  async function refreshDevice(choose: EngineId | 'auto' | null): Promise<void> {
    try {
      const speeds = store.getState().notebook.measured?.speeds;
      const device = await host.kernel.call('device', { choose, speeds });
      store.setState({ device, deviceError: null });
    } catch (error) {
      store.setState({ deviceError: messageOf(error) });
      notices.markShown(error);
      if (choose === null) throw error;
    }
  }

  return {
    refreshDevice,

    /** Measures how fast each engine trains here. The result is kept, and the fastest is used unless someone chooses. */
    async benchmark({ signal, onProgress }: CallOptions<BenchmarkProgress> = {}): Promise<readonly EngineSpeed[]> {
      measuring?.abort();
      const controller = new AbortController();
      measuring = controller;
      const release = onAbort(signal, () => controller.abort());
      try {
        const speeds = await host.kernel.call(
          'benchmark',
          {},
          {
            signal: controller.signal,
            onProgress(progress) {
              if (measuring === controller) store.setState({ measuring: progress });
              onProgress?.(progress);
            },
          },
        );
        store.setState(({ notebook }) => ({ notebook: { ...notebook, measured: { environmentKey, speeds } } }));
        return speeds;
      } finally {
        release();
        if (measuring === controller) {
          measuring = null;
          store.setState({ measuring: null });
        }
        await refreshDevice(null).catch(() => undefined);
      }
    },

    cancelBenchmark(): void {
      measuring?.abort();
    },
  };
}
