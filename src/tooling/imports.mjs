// Proves that imports run one way, by a list of what each folder may import: a folder or a package that is not on it is
// refused, so that a new one has to be put there. No files import each other in a circle. Type imports count too.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseSync } from 'vite';

/** What runs without a page. */
const DOMAIN = ['data', 'models', 'engines', 'training', 'embedding', 'evaluation', 'projection', 'exchange'];

/** Files of src/ itself that everything may import. */
const SHARED = ['abort', 'errors', 'load-part', 'memo', 'one-of-each', 'task'];

/** Of each folder of src/, and each file in none: the folders (besides its own) and the packages that it may import. */
const RULES = {
  data: { folders: [], packages: ['papaparse', 'pure-rand', 'zod'] },
  models: { folders: ['data'], packages: [] },
  engines: { folders: ['data', 'models'], packages: ['@tensorflow/tfjs', '@tensorflow/tfjs-backend-webgpu'] },
  embedding: { folders: ['data', 'models', 'engines'], packages: ['ml-matrix', 'umap-js'] },
  evaluation: { folders: ['data', 'engines', 'embedding'], packages: [] },
  training: { folders: ['data', 'models', 'engines'], packages: [] },
  projection: { folders: ['data', 'models', 'embedding'], packages: ['umap-js'] },
  exchange: { folders: ['data'], packages: [] },
  kernel: { folders: DOMAIN, packages: ['@leeoniya/ufuzzy'] },
  ui: { folders: ['models'], packages: ['react', 'react-aria-components', 'plotly.js', 'katex'] },
  notebook: { folders: [...DOMAIN, 'kernel', 'ui'], packages: ['react', 'idb', 'zustand'] },
  cells: { folders: [...DOMAIN, 'kernel', 'ui', 'notebook'], packages: ['react', '@tanstack/react-virtual'] },
  console: { folders: [...DOMAIN, 'kernel', 'notebook'], packages: [] },
  tooling: { folders: [], packages: ['vite', 'assemblyscript', 'playwright-core'] },
  main: {
    folders: ['isolation', 'ui', 'notebook', 'cells', 'console'],
    packages: ['react-dom', '@fontsource-variable/inter', '@fontsource-variable/source-serif-4'],
  },
  isolation: { folders: [], packages: [] },
  errors: { folders: ['data'], packages: [] },
  'load-part': { folders: [], packages: [] },
  abort: { folders: [], packages: [] },
  memo: { folders: [], packages: [] },
  'one-of-each': { folders: [], packages: [] },
  task: { folders: [], packages: [] },
};

/** What only some files of a folder may import. */
const PLACES = [
  { what: /^@tensorflow\//, from: /^src\/engines\/tfjs\//, says: 'only engines/tfjs imports tfjs' },
  { what: /^plotly\.js/, from: /^src\/ui\/(Plot|plotly)/, says: 'only ui/Plot.tsx and ui/plotly.ts import plotly' },
  {
    what: /^zod$/,
    from: /^src\/data\/zod\.ts$/,
    says: 'only data/zod.ts imports zod; everything else imports from there',
  },
  {
    what: /^ml-matrix$/,
    from: /^src\/embedding\/components\.ts$/,
    says: 'only embedding/components.ts imports ml-matrix',
  },
  {
    what: /^src\/engines\/reference\//,
    from: /^src\/(engines\/reference\/|engines\/self-check\.ts|kernel\/(kernel|knn-backend)\.ts)/,
    says: 'production shares no code with the reference that it is compared with',
  },
  {
    what: /^src\/engines\/(wasm|webgpu|tfjs)\//,
    from: /^src\/(engines|kernel)\//,
    says: 'only the kernel knows single engines',
  },
  {
    what: /^src\/kernel\/(?!client|protocol|kernel\.worker|projector\.worker)/,
    from: /^src\/kernel\//,
    says: 'the page knows the kernel by its protocol and its client',
  },
  {
    what: /^src\/kernel\/client/,
    from: /^src\/(kernel|notebook)\//,
    says: 'cells reach the kernel through the notebook',
  },
];

/** What is wrong with the imports of these files of src/; `read` gives their texts. */
export function problemsOf(files, read = (file) => readFileSync(file, 'utf8')) {
  const graph = new Map(files.map((file) => [file, importsOf(file, read(file))]));
  const problems = [];
  for (const [file, imports] of graph) {
    const room = roomOf(file);
    const rule = RULES[room];
    if (!rule) {
      problems.push(`${file}: src/${room} has no rule of what it may import (src/tooling/imports.mjs)`);
      continue;
    }
    for (const { to } of imports) {
      const refused = refusal(room, rule, to);
      if (refused) problems.push(`${file}: ${refused}`);
      for (const { what, from, says } of PLACES) {
        if (what.test(to) && !from.test(file)) problems.push(`${file}: imports ${to}, but ${says}`);
      }
    }
  }
  return [...problems, ...circlesOf(graph).map((circle) => `imported in a circle: ${circle.join(' → ')}`)];
}

function refusal(room, { folders, packages }, to) {
  // Made by the build, or by Node itself.
  if (/^(virtual|node):/.test(to)) return null;
  if (to.startsWith('src/')) {
    const other = roomOf(to);
    if (other === room || SHARED.includes(other) || folders.includes(other)) return null;
    return `src/${room} may not import src/${other} (${to})`;
  }
  if (packages.some((name) => to === name || to.startsWith(`${name}/`))) return null;
  return `src/${room} may not import the package ${to}`;
}

/** The folder of src/ that a file is in, or the name of a file that is in none. */
function roomOf(file) {
  return file.split('/')[1].replace(/\.\w+$/, '');
}

/** What a file imports: files as paths from the root, packages by their names. */
function importsOf(file, text) {
  const { module } = parseSync(file, text);
  const found = [];
  const add = (specifier, isLate) => found.push({ to: resolve(file, specifier), isLate });
  for (const { moduleRequest } of module.staticImports) add(moduleRequest.value, false);
  for (const { entries } of module.staticExports) {
    for (const { moduleRequest } of entries) if (moduleRequest) add(moduleRequest.value, false);
  }
  for (const {
    moduleRequest: { start, end },
  } of module.dynamicImports) {
    const literal = /^(['"])(.*)\1$/.exec(text.slice(start, end));
    // What is fetched when it is needed closes no circle.
    if (literal) add(literal[2], true);
  }
  return found;
}

function resolve(file, specifier) {
  if (!specifier.startsWith('.')) return specifier;
  const path = join(dirname(file), specifier.replace(/\?.*$/, ''));
  const endings = ['', '.ts', '.tsx', '/index.ts', '/index.tsx'];
  return endings.map((ending) => path + ending).find((name) => /\.\w+$/.test(name) && existsSync(name)) ?? `${path}.ts`;
}

/** Files that import each other, directly or not: one list a circle (Tarjan, 1972). */
function circlesOf(graph) {
  const order = new Map();
  const lowest = new Map();
  const open = [];
  const circles = [];
  const visit = (file) => {
    order.set(file, order.size);
    lowest.set(file, order.get(file));
    open.push(file);
    for (const { to, isLate } of graph.get(file) ?? []) {
      if (isLate || !graph.has(to)) continue;
      if (!order.has(to)) visit(to);
      if (open.includes(to)) lowest.set(file, Math.min(lowest.get(file), lowest.get(to)));
    }
    if (lowest.get(file) !== order.get(file)) return;
    const circle = open.splice(open.indexOf(file));
    if (circle.length > 1) circles.push([...circle, file]);
  };
  for (const file of graph.keys()) if (!order.has(file)) visit(file);
  return circles;
}

/** TypeScript of src/, without what another compiler reads. */
export function sourceFiles() {
  return readdirSync('src', { recursive: true })
    .map((file) => join('src', file))
    .filter((file) => /\.(tsx?|mjs)$/.test(file) && !/\.d\.m?ts$|^src\/engines\/wasm\/assembly\/(?!plan)/.test(file));
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const problems = problemsOf(sourceFiles());
  for (const problem of problems) console.error(problem);
  process.exit(problems.length > 0 ? 1 : 0);
}
