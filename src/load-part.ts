import { logCause, StateError } from './errors';

/** A part of the program that is fetched when it is first needed did not come: the host is gone, or has another version. */
export class MissingPartError extends StateError {
  override readonly name = 'MissingPartError';

  constructor(options?: ErrorOptions) {
    super(
      'A part of this page could not be fetched from its host. Check the connection and try again; if that does not help, reload the page.',
      options,
    );
  }
}

/** Loads such a part; `load` is one `import()`. @throws MissingPartError */
export async function loadPart<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    // A part that came and failed looks the same from here.
    logCause(cause);
    throw new MissingPartError({ cause });
  }
}
