import { setTimeout as sleep } from 'node:timers/promises';

/** What comes and goes between a test and a page: plain data. */
export type Plain = string | number | boolean | null | undefined | readonly Plain[] | { readonly [key: string]: Plain };

/** A browser with one page, as far as the core path needs it. */
export interface CoreBrowser {
  /** Goes to an address, and waits until the document and its scripts are there. */
  goto(address: string): Promise<void>;
  /** Runs a function in the page: what it needs of the test comes as arguments. */
  evaluate<A extends readonly Plain[], R>(work: (...given: A) => R | Promise<R>, ...given: A): Promise<R>;
  /** What the browser reported as errors, warnings or violations of a policy. */
  problems(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** Waits until a function of the page gives something true. @throws Error that tells the last answer */
export async function waitFor<A extends readonly Plain[], R>(
  browser: CoreBrowser,
  what: string,
  work: (...given: A) => R | Promise<R>,
  ...given: A
): Promise<R> {
  const end = Date.now() + PATIENCE;
  let last: unknown;
  while (Date.now() < end) {
    try {
      const answer = await browser.evaluate(work, ...given);
      if (answer) return answer;
      last = answer;
    } catch (error) {
      // A page that is loaded anew answers in a moment.
      last = error;
    }
    await sleep(100);
  }
  throw new Error(`expected ${what}, found ${last} after ${PATIENCE / 1000} s`);
}

/** In milliseconds; the map of the sample takes longest. */
const PATIENCE = 90_000;

/** The text of a function that takes its arguments and gives its result as JSON. */
export function asText(work: (...given: never[]) => unknown): string {
  return `async (given) => JSON.stringify({ result: await (${work})(...JSON.parse(given)) })`;
}

/** The result that such a function gave. */
export function fromText<R>(text: string): R {
  return (JSON.parse(text) as { result: R }).result;
}
