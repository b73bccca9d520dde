import { useState } from 'react';
import type { EngineId, OneThread } from '../engines/engine';
import { DialogButton } from '../ui/DialogButton';
import { useAnswer } from '../ui/useAnswer';
import { Benchmark } from './Benchmark';
import { useActions, useNotebookState } from './context';
import styles from './DeviceMenu.module.css';
import { ENGINE_NAMES } from './engine-names';

/** Which device trains and why, always in sight; and the choice of another. */
export function DeviceMenu() {
  const actions = useActions();
  const device = useNotebookState((state) => state.device);
  const error = useNotebookState((state) => state.deviceError);
  const training = useNotebookState(({ runtimes }) => runtimes.training?.status === 'running');
  const measuring = useNotebookState((state) => state.measuring !== null);
  const [busy, setBusy] = useState(false);

  const choose = async (engine: EngineId | 'auto') => {
    setBusy(true);
    await actions.refreshDevice(engine);
    setBusy(false);
  };

  return (
    <DialogButton
      label="Device"
      className="button"
      title={device?.current.reason}
      face={
        <>
          <span className={styles.lamp} data-on={device ? '' : undefined} aria-hidden="true" />
          {device ? ENGINE_NAMES[device.current.engine] : error ? 'No device' : 'Device…'}
        </>
      }
    >
      {() => (
        <div className={styles.panel}>
          {device && (
            <p>
              <strong>{device.current.adapter}</strong>
              <br />
              {device.current.reason}
            </p>
          )}
          {error && (
            <p className={styles.error} role="alert">
              {error}
            </p>
          )}
          <fieldset disabled={busy || training || measuring}>
            <legend>{training ? 'Stop training to change the device' : 'Train on'}</legend>
            {(['auto', ...(device?.options.map(({ engine }) => engine) ?? [])] as const).map((engine) => {
              const option = device?.options.find((candidate) => candidate.engine === engine);
              return (
                <label key={engine}>
                  <input
                    type="radio"
                    name="device"
                    checked={(device?.chosen ?? 'auto') === engine}
                    disabled={Boolean(option?.missing)}
                    onChange={() => void choose(engine)}
                  />
                  <span>
                    {option ? option.title : 'Automatic'}
                    {option?.missing && <small>{option.missing}</small>}
                    {option?.oneThread && <OneThreadNote reason={option.oneThread} />}
                  </span>
                </label>
              );
            })}
          </fieldset>
          <Benchmark disabled={busy} />
        </div>
      )}
    </DialogButton>
  );
}

const ONE_THREAD: Record<OneThread, string> = {
  'not-isolated': 'In one thread: this host does not isolate the page.',
  'no-shared-memory': 'In one thread: this browser does not let threads share memory.',
  'no-answer': 'In one thread: others did not start.',
};

/** Why there is one thread, and whether the page has more when it is loaded again (see isolation.ts). */
function OneThreadNote({ reason }: { reason: OneThread }) {
  const { value: again } = useAnswer(isolatedNextTime, []);
  const more = reason === 'not-isolated' && again;
  return <small>{more ? 'In one thread; in several once the page is loaded again.' : ONE_THREAD[reason]}</small>;
}

/** Whether a service worker is there that came after the page. */
async function isolatedNextTime(): Promise<boolean> {
  const workers = 'serviceWorker' in navigator ? navigator.serviceWorker : null;
  if (!workers || workers.controller) return false;
  return Boolean((await workers.getRegistration())?.active);
}
