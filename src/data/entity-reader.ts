import { DataError, excerpt } from './data-error';
import { fieldAt, tableReader } from './delimited';
import type { ParseContext } from './format';
import type { EntityMapping, TableMapping } from './mapping';
import type { OnRecord } from './records';
import { article } from './words';

/** Reads a file of facts about rows or columns into the builder that has them. */
export function entityReader(side: EntityMapping, mapping: TableMapping, context: ParseContext) {
  const { builder, report, fileName } = context;
  const about = side.side === 'row' ? 'row' : 'column';
  const word = about === 'row' ? mapping.rowWord : mapping.columnWord;
  const known = about === 'row' ? builder.rowCount : builder.columnCount;
  const read = new Uint8Array(known);
  let matched = 0;
  let example: string | null = null;
  let idAt = -1;
  let labelsAt: number[] = [];
  let metadata: { name: string; at: number }[] = [];
  let flags: { name: string; at: number }[] = [];

  const reject = (line: number, reason: string, text: string) => {
    report.reject({ file: fileName, line, reason, excerpt: excerpt(text, 80) });
  };

  const take: OnRecord = tableReader(side, {
    onNames(names) {
      const at = (name: string) => fieldAt(names, name, fileName);
      idAt = at(side.id);
      labelsAt = [side.label, side.otherLabel].filter((name) => name !== null).map(at);
      metadata = side.metadata.map((name) => ({ name, at: at(name) }));
      flags = (side.flags?.fields ?? []).map((name) => ({ name, at: at(name) }));
    },
    onRow(cells, line, text) {
      const id = cells[idAt].trim();
      if (id === '') return reject(line, `expected ${article(word.one)} in “${side.id}”, found nothing`, text);
      const wrong = flags.find(({ at }) => cells[at].trim() !== '0' && cells[at].trim() !== '1');
      if (wrong) {
        const found = excerpt(cells[wrong.at], 30);
        return reject(line, `expected 0 or 1 in “${wrong.name}”, found “${found}”`, text);
      }
      const index = builder.find(about, id);
      if (index < 0) {
        example ??= id;
        return report.repair(`${word.many} of ${fileName} that no pair names, left out`, line);
      }
      if (read[index]) return report.repair(`${word.many} that come again in ${fileName}, the first kept`, line);
      read[index] = 1;
      matched++;
      const label = labelsAt.map((at) => cells[at].trim()).find((found) => found !== '');
      if (label) builder.relabel(about, index, label);
      for (const { name, at } of metadata) builder.describe(about, index, name, joined(cells[at], side.separator));
      if (side.flags) {
        const set = flags.filter(({ at }) => cells[at].trim() === '1').map(({ name }) => name);
        builder.describe(about, index, side.flags.name, set.join('|'));
      }
    },
    onRagged: reject,
    onLatin1: (line) => report.repair('Bytes that are not UTF-8, read as Latin-1', line),
  });

  /** Called after the last record. @throws DataError where no record was about an entry of the pairs */
  const end = () => {
    if (matched === 0) {
      throw new DataError(
        `${word.many} of the pairs in “${side.id}”`,
        example === null ? 'no line that could be read' : `others, such as “${excerpt(example, 30)}”`,
        { file: fileName },
      );
    }
    const missing = known - matched;
    const first = read.indexOf(0);
    if (missing > 0) {
      report.repair(
        `${word.many} that ${fileName} does not have, known by their id`,
        context.firstLines[about][first],
        missing,
      );
    }
  };
  return { take, end };
}

/** A field's text; several values within it are divided by | alone. */
function joined(text: string, separator: string): string {
  if (separator === '') return text.trim();
  return text
    .split(separator)
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .join('|');
}
