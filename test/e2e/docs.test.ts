import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { useBrowser, visit } from './page';

useBrowser();

interface Example {
  readonly code: string;
  /** What stands behind it as a comment; null where it is cut short by an ellipsis. */
  readonly result: string | null;
}

/** The examples of a page of docs, in their order: code, and the comment that ends it. */
async function examplesOf(file: string): Promise<Example[]> {
  const text = await readFile(file, 'utf8');
  return [...text.matchAll(/^```js\n(.*?)^```$/gms)].map(([, block]) => {
    const comments = [...block.matchAll(/(?:^|; )\/\/ (.*)$/gm)].map(([, comment]) => comment).join(' ');
    const result = comments === '' || /…/.test(comments) || !/^[[{\d'"]/.test(comments) ? null : comments;
    return { code: block.replaceAll(/(^|; )\/\/ .*$/gm, '$1'), result };
  });
}

/** Code whose last statement is given back. */
function asBody(code: string): string {
  const lines = code.trimEnd().split('\n');
  const last = lines.findLastIndex((line) => /^\S/.test(line) && !/^[)}\]]/.test(line));
  const statement = lines.slice(last).join('\n');
  const given = /^(const|let) /.test(statement) ? statement : `return ${statement}`;
  return [...lines.slice(0, last), given].join('\n');
}

test('the examples of the console run as they stand, and give what they say', async () => {
  const examples = await examplesOf('docs/console-api.md');
  expect(examples.length).toBeGreaterThan(15);
  expect(examples.filter(({ result }) => result !== null).length).toBeGreaterThan(6);
  const { page, errors, close } = await visit();
  await page.evaluate(() => window.cofactor.device('wasm'));
  // As a person types it: the policy of the page forbids code made at run time to the page alone.
  const devtools = await page.context().newCDPSession(page);
  for (const { code, result } of examples) {
    const { result: answer, exceptionDetails } = await devtools.send('Runtime.evaluate', {
      expression: `(async () => { ${asBody(code)} })()`,
      awaitPromise: true,
      returnByValue: true,
    });
    expect(exceptionDetails?.exception?.description, code).toBeUndefined();
    const given: unknown = answer.value;
    const wanted = result === null ? null : (new Function(`return (${result})`)() as unknown);
    if (wanted === null) continue;
    if (typeof wanted === 'object') expect(given, code).toMatchObject(wanted);
    else expect(given, code).toEqual(wanted);
  }
  expect(errors).toEqual([]);
  await close();
});
