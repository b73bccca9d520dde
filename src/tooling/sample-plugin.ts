import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

const VIRTUAL = 'virtual:icons-sample';
/** Tags used fewer times say too little to be learned. */
const MINIMUM_USES = 3;

interface Icon {
  name: string;
  category: string;
  tags: (string | number)[];
}

/**
 * Makes the built-in sample from the @tabler/icons dependency: works in JSON lines, in the shape of
 * the Wellcome Collection's snapshot, with the picture of each icon. Nothing of it is kept in the
 * repository. The module exports the address of the file.
 */
export function samplePlugin(): Plugin {
  let serving = false;
  return {
    name: 'icons-sample',
    configResolved(config) {
      serving = config.command === 'serve';
    },
    resolveId: (id) => (id === VIRTUAL ? `\0${VIRTUAL}` : null),
    load(id) {
      if (id !== `\0${VIRTUAL}`) return null;
      if (serving) return 'export default "/__icons-sample.jsonl";';
      const reference = this.emitFile({ type: 'asset', name: 'icons-sample.jsonl.gz', source: gzipSync(makeSample()) });
      return `export default import.meta.ROLLUP_FILE_URL_${reference};`;
    },
    configureServer(server) {
      server.middlewares.use('/__icons-sample.jsonl', (_, response) => {
        response.setHeader('Content-Type', 'application/jsonl; charset=utf-8');
        response.end(makeSample());
      });
    },
  };
}

/** One work a line: id, title, category, picture and subjects. */
export function makeSample(): string {
  // The package exports only its pictures; one of them shows where its data files are.
  const folder = join(dirname(createRequire(import.meta.url).resolve('@tabler/icons/outline/cat.svg')), '../..');
  const read = (name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8'));
  const icons: Record<string, Icon> = read('icons.json');
  const outlines: Record<string, [string, Record<string, string>][]> = read('tabler-nodes-outline.json');
  const tagsOf = (icon: Icon) => [...new Set(icon.tags.map((tag) => String(tag).trim().toLowerCase()).filter(Boolean))];
  const uses = new Map<string, number>();
  for (const icon of Object.values(icons)) for (const tag of tagsOf(icon)) uses.set(tag, (uses.get(tag) ?? 0) + 1);
  const lines: string[] = [];
  for (const icon of Object.values(icons)) {
    const tags = tagsOf(icon).filter((tag) => (uses.get(tag) ?? 0) >= MINIMUM_USES);
    if (tags.length === 0) continue;
    lines.push(
      JSON.stringify({
        id: icon.name,
        type: 'Icon',
        title: icon.name.replaceAll('-', ' '),
        category: icon.category || undefined,
        image: picture(outlines[icon.name]),
        tags: tags.map((tag) => ({ id: tag, label: tag })),
      }),
    );
  }
  return `${lines.join('\n')}\n`;
}

function picture(nodes: [string, Record<string, string>][] | undefined): string | undefined {
  if (!nodes) return undefined;
  const shapes = nodes
    .map(
      ([tag, attributes]) =>
        `<${tag} ${Object.entries(attributes)
          .map(([k, v]) => `${k}='${v}'`)
          .join(' ')}/>`,
    )
    .join('');
  // Of all the characters in it only # needs an escape in a data address.
  return `data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='24' height='24' viewBox='0 0 24 24' fill='none' stroke='%23777' stroke-width='1.5' stroke-linecap='round' stroke-linejoin='round'>${shapes}</svg>`;
}
