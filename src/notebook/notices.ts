import { isAbort, logFault, messageOf } from '../errors';
import type { Notice } from './notice';
import type { NotebookStore } from './store';

/** The one place where what fails outside of a cell shows, and where the page says what it has to say once. */
export class Notices {
  /** Errors that are shown already, in their cell or beside their button. */
  private readonly shown = new WeakSet<object>();

  constructor(private readonly store: NotebookStore) {}

  say(notice: Notice): void {
    this.store.setState(({ notices }) => ({ notices: [...notices.filter(({ id }) => id !== notice.id), notice] }));
  }

  dismiss(id: string): void {
    this.store.setState(({ notices }) => ({ notices: notices.filter((notice) => notice.id !== id) }));
  }

  /** The error needs no notice: it is shown where it belongs. */
  markShown(error: unknown): void {
    logFault(error);
    if (typeof error === 'object' && error !== null) this.shown.add(error);
  }

  /** What a person has cancelled, and what is shown elsewhere, is no news. */
  failed(error: unknown): void {
    if (isAbort(error) || (typeof error === 'object' && error !== null && this.shown.has(error))) return;
    logFault(error);
    this.say({ id: 'problem', kind: 'problem', text: messageOf(error) });
  }

  /** Carries out what a person asked for. Nobody waits for it, and what fails shows, in place of the problem before. */
  perform(work: () => unknown): void {
    this.dismiss('problem');
    void (async () => work())().catch((error: unknown) => this.failed(error));
  }
}
