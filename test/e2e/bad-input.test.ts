import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { drop, fact, SMALL_SAMPLE, showMap, status, useBrowser, type Visit, visit } from './page';

useBrowser();

const work = (id: number, ...subjects: string[]) =>
  JSON.stringify({ id: `w${id}`, title: `Work ${id}`, subjects: subjects.map((label) => ({ id: label, label })) });
const GOOD = Array.from({ length: 30 }, (_, i) => work(i, `s${i % 5}`, `s${(i + 1) % 5}`, `s${(i * 3) % 7}`));

const REFUSED: [string, string, string | Uint8Array, RegExp][] = [
  [
    'an empty file',
    'empty.jsonl',
    '',
    /^.*empty\.jsonl: expected works in JSON lines or a CSV table, found an empty file/,
  ],
  [
    'a file that is not JSON',
    'notes.jsonl',
    'Dear diary,\ntoday I catalogued.\n',
    /notes\.jsonl, line 1(, column \d+)?: expected a JSON object, found “Dear diary/,
  ],
  [
    'truncated gzip',
    'works.jsonl.gz',
    gzipSync(GOOD.join('\n')).subarray(0, 150),
    /works\.jsonl\.gz: expected a whole gzip file, found one that ends early or is damaged/,
  ],
  ['one work', 'one.jsonl', work(1, 'a', 'b'), /one\.jsonl: expected at least two works with subjects, found one/],
  [
    'one subject',
    'single.jsonl',
    [work(1, 'a'), work(2, 'a')].join('\n'),
    /single\.jsonl: expected at least two different subjects, found one, “a”/,
  ],
  [
    'no subjects anywhere',
    'bare.jsonl',
    '{"id": 1, "title": "x"}\n{"id": 2, "title": "y"}',
    /bare\.jsonl: expected a list of subjects in each record, .* found only “id”, “title”/,
  ],
];

describe('a file that cannot be used says why, and the notebook stays as it was', () => {
  let here: Visit;
  beforeAll(async () => {
    here = await visit({ quick: true });
    await drop(here.page, [{ name: 'good.jsonl', bytes: GOOD.join('\n') }]);
    await here.page.locator('[data-fact=rows]', { hasText: /^30$/ }).waitFor();
    await status(here.page, 'map', 'done');
  });
  afterAll(() => here.close());

  test.each(REFUSED)('%s', async (_, name, bytes, message) => {
    const { page } = here;
    await drop(page, [{ name, bytes }]);
    const alert = page.locator('[data-cell=dataset] [role=alert]', { hasText: name });
    await alert.waitFor();
    expect((await alert.locator('p').innerText()).replace('This file could not be used. ', '')).toMatch(message);
    expect(await alert.innerText()).toContain('What was loaded before is still here.');
    expect(await fact(page, 'rows')).toBe('30');
    for (const cell of ['dataset', 'training', 'map']) await status(page, cell, 'done', 1000);
    const shared = await page.evaluate(
      async ([text, fileName]) => {
        const file = new File([Uint8Array.from(atob(text), (character) => character.charCodeAt(0))], fileName);
        return window.cofactor.load([file]).then(
          () => 'loaded',
          (error: Error) => error.message,
        );
      },
      [Buffer.from(bytes).toString('base64'), name],
    );
    expect(shared).toMatch(message);
    await alert.getByRole('button', { name: 'Dismiss' }).click();
  });

  test('a gzip bomb is refused at a limit, which can be raised', async () => {
    const bomb = gzipSync(Buffer.concat([Buffer.from(`${GOOD.join('\n')}\n`), Buffer.alloc(3_000_000, '\n')])).toString(
      'base64',
    );
    const result = await here.page.evaluate(async (text) => {
      const file = new File([Uint8Array.from(atob(text), (character) => character.charCodeAt(0))], 'bomb.jsonl.gz');
      const refused = await window.cofactor.load([file], { maxUnpackedBytes: 1_000_000 }).then(
        () => 'loaded',
        (error: Error) => error.message,
      );
      const { rows } = await window.cofactor.load([file], { maxUnpackedBytes: 10_000_000 });
      return { refused, rows };
    }, bomb);
    expect(result.refused).toMatch(
      /^Bomb\.jsonl\.gz|^bomb\.jsonl\.gz: expected at most 1\.0 MB once unpacked \(the limit can be raised\), found more/,
    );
    expect(result.rows).toBe(30);
  });
});

test('a 200 MB line is rejected with its number, and the rest is read', async () => {
  const { page, close } = await visit({ quick: true });
  const result = await page.evaluate(async (lines) => {
    const filler = new Blob([new Uint8Array(1_000_000).fill(120)]);
    const file = new File(
      [`${lines[0]}\n{"id": "`, ...Array(200).fill(filler), `"}\n`, lines.slice(1).join('\n')],
      'long.jsonl',
    );
    return window.cofactor.load([file]);
  }, GOOD);
  expect(result).toMatchObject({ rows: 30, rejected: 1 });
  const row = page.locator('[data-rejections] tbody tr');
  expect(await row.innerText()).toMatch(/^2\s+expected at most 33\.6 MB in one record, found more/);
  await close();
});

test('labels that look like markup, run right to left or are very long are shown as text', async () => {
  const labels = [
    '<img src=x onerror="document.title=1">',
    '<b>bold</b><br>',
    '<a href="https://example.org">link</a>',
    'שלום עולם',
    'x'.repeat(10_000),
    '$\\alpha$ & &lt;i&gt;',
  ];
  const lines = Array.from({ length: 40 }, (_, i) =>
    work(i, labels[i % 6], labels[(i + 1) % 6], labels[(i * 5 + 2) % 6]),
  );
  const { page, errors, foreign, close } = await visit({ quick: true });
  await drop(page, [{ name: 'odd.jsonl', bytes: lines.join('\n') }]);
  await page.locator('[data-fact=columns]', { hasText: /^6$/ }).waitFor();
  await status(page, 'map', 'done');
  await page.evaluate(() => window.cofactor.select({ row: 'w0' }));
  const article = page.locator('[data-cell=predictions] article');
  await article.getByText('<img src=x onerror="document.title=1">', { exact: true }).waitFor();
  await showMap(page);
  const annotations = await page.locator('[data-cell=map] .annotation-text').allTextContents();
  expect(annotations).toContain('<b>bold</b><br>');
  expect(annotations.some((text) => text.startsWith('<a href='))).toBe(true);
  expect(await page.locator('[data-cell=map] .annotation-text a').count()).toBe(0);
  expect(await page.locator('[data-cell=predictions] img[src=x], [data-cell=predictions] b').count()).toBe(0);
  expect(await page.title()).toBe('Cofactor');
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
  expect(errors).toEqual([]);
  expect(foreign).toEqual([]);
  await close();
});

test('a file dropped while the one before still trains takes its place and runs to the end', async () => {
  const { page, close } = await visit();
  await status(page, 'training', 'running');
  await drop(page, [{ name: 'good.jsonl', bytes: GOOD.join('\n') }]);
  await page.locator('[data-fact=rows]', { hasText: /^30$/ }).waitFor();
  for (const cell of ['training', 'evaluation', 'predictions', 'map']) await status(page, cell, 'done');
  expect(await page.locator('[data-cell] [role=alert]').count()).toBe(0);
  await close();
});

test('a table asks for its roles where they cannot be told, and reads it by the answer', async () => {
  const { page, close } = await visit({ quick: true });
  await status(page, 'dataset', 'done');
  const rows = Array.from({ length: 40 }, (_, i) => `v${i % 10},x${i},p${i % 7}`);
  await drop(page, [{ name: 'visits.csv', bytes: ['visitor,shelf,pamphlet', ...rows].join('\r\n') }]);
  const form = page.getByRole('form', { name: 'Which fields of visits.csv are the pair?' });
  await form.waitFor();
  expect(await fact(page, 'rows')).toBe(SMALL_SAMPLE);
  await form.getByLabel('Row (work, user, …)').selectOption('visitor');
  await form.getByLabel('Column (subject, item, …)').selectOption('pamphlet');
  await form.getByRole('button', { name: 'Read the file' }).click();
  await page.locator('[data-fact=rows]', { hasText: /^10$/ }).waitFor();
  expect(await page.locator('[data-cell=dataset] h2').innerText()).toBe('The visitors and their pamphlets');
  await close();
});

test('a rate so high that the loss breaks: training stops, says so and keeps the last good weights', async () => {
  const { page, close } = await visit({ quick: true });
  await status(page, 'training', 'done');
  const result = await page.evaluate(() =>
    window.cofactor.train({ preset: 'wellcome', learningRate: 1e25, epochs: 5 }),
  );
  expect(result.epochs).toBeLessThan(5);
  await page
    .getByText(
      /The loss (is no longer a number|has grown beyond all bounds) \(in epoch \d\)\. Training stopped, and the weights of (the start|epoch \d) were kept/,
    )
    .waitFor();
  const { values } = await page.evaluate(async () => ({
    values: [...(await window.cofactor.embedding('column')).values.slice(0, 50)],
  }));
  expect(values.every(Number.isFinite)).toBe(true);
  await close();
});

test('pasted text is a file, and a bad one dropped during a run leaves the run alone', async () => {
  const { page, close } = await visit({
    quick: true,
    prepare: (fresh) =>
      fresh.addInitScript(() => {
        const model = { preset: 'cofactor-default', options: { dimensions: 24, epochs: 200 } };
        localStorage.setItem('cofactor.notebook', JSON.stringify({ version: 1, model, map: { limit: 800 } }));
      }),
  });
  await status(page, 'training', 'running');
  await drop(page, [{ name: 'empty.jsonl', bytes: '' }]);
  await page.locator('[data-cell=dataset] [role=alert]').waitFor();
  await status(page, 'training', 'running');
  for (const cell of ['training', 'evaluation', 'predictions', 'map']) await status(page, cell, 'done');
  expect(await fact(page, 'rows')).toBe(SMALL_SAMPLE);
  await page.evaluate((text) => {
    const data = new DataTransfer();
    data.setData('text/plain', text);
    document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
  }, GOOD.join('\n'));
  await page.locator('[data-fact=rows]', { hasText: /^30$/ }).waitFor();
  await status(page, 'map', 'done');
  // A reload goes on with the file at hand, until one goes back to the sample.
  await page.reload();
  await page.locator('[data-fact=rows]', { hasText: /^30$/ }).waitFor();
  await page.getByRole('button', { name: 'Back to the sample' }).click();
  await page.locator('[data-fact=rows]', { hasText: SMALL_SAMPLE }).waitFor();
  await page.reload();
  await page.locator('[data-fact=rows]', { hasText: SMALL_SAMPLE }).waitFor();
  await close();
});

test('texts of a hundred thousand characters are cut wherever they are shown', async () => {
  const { page, errors, close } = await visit({ quick: true });
  await status(page, 'dataset', 'done');
  const long = (name: string) => `${name} ${'lorem '.repeat(16_000)}`;
  const records = Array.from({ length: 12 }, (_, i) => ({
    id: `w${i}`,
    title: long(`work ${i}`),
    [long('note')]: long(`note ${i}`),
    place: long(`place ${i % 3}`),
    subjects: Array.from({ length: 2 }, (_, s) => long(`subject ${(i * 7 + s) % 5}`)),
  }));
  await drop(page, [{ name: 'long.jsonl', bytes: records.map((record) => JSON.stringify(record)).join('\n') }]);
  await page.locator('[data-fact=rows]', { hasText: /^12$/ }).waitFor();
  for (const cell of ['training', 'evaluation', 'predictions', 'map']) await status(page, cell, 'done');
  await showMap(page);
  // With the map drawn, the selection of one kept the page from doing anything for 22 s.
  for (const entry of [{ row: 3 }, { column: 4 }]) {
    await page.evaluate((named) => window.cofactor.select(named), entry);
  }
  await page.evaluate(() => {
    for (const details of document.querySelectorAll('details')) details.open = true;
  });
  const longest = await page.evaluate(() => {
    const found: { length: number; where: string }[] = [];
    const add = (text: string, element: Element | null, what: string) =>
      found.push({
        length: text.length,
        where: `${what} of ${element?.tagName} in ${element?.closest('[data-cell]')?.getAttribute('data-cell')}`,
      });
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) add(texts.currentNode.nodeValue ?? '', texts.currentNode.parentElement, 'text');
    for (const element of document.querySelectorAll('*')) {
      for (const { name, value } of element.attributes) {
        if (['title', 'aria-label', 'placeholder', 'alt'].includes(name)) add(value, element, name);
      }
    }
    return found.filter(({ length }) => length > 2000);
  });
  expect(longest).toEqual([]);
  expect(errors).toEqual([]);
  await close();
});
