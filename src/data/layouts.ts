import { type Division, firstRows } from './delimited';
import type { EntityMapping } from './mapping';
import { type Word, wordOf } from './words';

/** What a file holds about the rows or columns, apart from how it is cut. */
export type EntityFields = Pick<EntityMapping, 'id' | 'label' | 'otherLabel' | 'metadata' | 'flags' | 'separator'>;

/** Which fields of a table are the pair. */
interface PairFields {
  readonly row: string;
  readonly column: string;
  readonly value: string;
  readonly timestamp: string;
  readonly rowWord: Word;
  readonly columnWord: Word;
}

/** A file without a header that is known by what its fields hold. None of them knows quoting. */
interface Layout {
  readonly delimiter: string;
  readonly header: readonly string[];
  /** Fewest fields of a line: copies of a file may lack the last ones. */
  readonly width: number;
  /** Whether a line can be one of such a file. */
  fits(cells: readonly string[], name: string): boolean;
  readonly pairs?: PairFields;
  readonly side?: 'row' | 'column';
  readonly fields?: EntityFields;
}

export interface KnownTable {
  readonly layout: Layout;
  /** Names of the fields there are. */
  readonly names: readonly string[];
  /** True where the first line names them. */
  readonly headed: boolean;
}

/** In the order of the flags of u.item. */
const GENRES =
  "unknown Action Adventure Animation Children's Comedy Crime Documentary Drama Fantasy Film-Noir Horror Musical Mystery Romance Sci-Fi Thriller War Western".split(
    ' ',
  );
const SAMPLE = 50;

const isNumber = (text: string | undefined) => text !== undefined && /^-?\d+(\.\d+)?$/.test(text.trim());
const isSex = (text: string | undefined) => text === 'M' || text === 'F';
const isAddress = (text: string | undefined) => /^https?:\/\//.test(text ?? '');

function side(id: string, label: string | null, metadata: string[], more: Partial<EntityFields> = {}): EntityFields {
  return { id, label, otherLabel: null, metadata, flags: null, separator: '', ...more };
}

function ratings(column: string, columnWord: Word): PairFields {
  return { row: 'user_id', column, value: 'rating', timestamp: 'timestamp', rowWord: wordOf('user'), columnWord };
}

const layouts: readonly Layout[] = [
  // MovieLens 100k: u.data, u1.base, ua.test and their like.
  {
    delimiter: '\t',
    header: ['user_id', 'item_id', 'rating', 'timestamp'],
    width: 3,
    fits: (cells, name) =>
      cells.every(isNumber) &&
      (/^u(\.data|[1-5ab]\.(base|test))$/i.test(name) || (cells.length === 4 && Number(cells[3]) > 1e8)),
    pairs: ratings('item_id', wordOf('movie')),
  },
  // MovieLens 100k: u.item
  {
    delimiter: '|',
    header: ['item_id', 'title', 'release date', 'video date', 'url', ...GENRES],
    width: 5 + GENRES.length,
    fits: (cells) => isNumber(cells[0]) && cells.slice(5).every((cell) => cell === '0' || cell === '1'),
    side: 'column',
    fields: side('item_id', 'title', ['release date', 'url'], { flags: { name: 'genres', fields: GENRES } }),
  },
  // MovieLens 100k: u.user
  {
    delimiter: '|',
    header: ['user_id', 'age', 'gender', 'occupation', 'zip code'],
    width: 5,
    fits: (cells) => isNumber(cells[0]) && isNumber(cells[1]) && isSex(cells[2]),
    side: 'row',
    fields: side('user_id', null, ['age', 'gender', 'occupation', 'zip code']),
  },
  // MovieLens 1M and 10M: ratings.dat, some copies of which lack the timestamps
  {
    delimiter: '::',
    header: ['user_id', 'movie_id', 'rating', 'timestamp'],
    width: 3,
    fits: (cells) => cells.every(isNumber),
    pairs: ratings('movie_id', wordOf('movie')),
  },
  // MovieLens 1M: users.dat
  {
    delimiter: '::',
    header: ['user_id', 'gender', 'age', 'occupation', 'zip code'],
    width: 5,
    fits: (cells) => isNumber(cells[0]) && isSex(cells[1]),
    side: 'row',
    fields: side('user_id', null, ['gender', 'age', 'occupation', 'zip code']),
  },
  // MovieLens 1M and 10M: movies.dat
  {
    delimiter: '::',
    header: ['movie_id', 'title', 'genres'],
    width: 3,
    fits: (cells) => isNumber(cells[0]) && !isNumber(cells[2]),
    side: 'column',
    fields: side('movie_id', 'title', ['genres'], { separator: '|' }),
  },
  // Last.fm 2k: artists.dat, which has a header in some copies
  {
    delimiter: '\t',
    header: ['id', 'name', 'url', 'pictureURL'],
    width: 4,
    fits: (cells) => isNumber(cells[0]) && isAddress(cells[2]),
    side: 'column',
    fields: side('id', 'name', ['url', 'pictureURL']),
  },
];

/** The layout that most lines of a head fit, or null. */
export function knownTable(name: string, head: Uint8Array, delimiter: string): KnownTable | null {
  const division: Division = { delimiter, quoted: false };
  const lines = firstRows(head, division, SAMPLE);
  const bare = name.replace(/\.gz$/i, '');
  for (const layout of layouts) {
    if (layout.delimiter !== delimiter) continue;
    const good = lines.filter(
      (cells) => cells.length >= layout.width && cells.length <= layout.header.length && layout.fits(cells, bare),
    );
    if (good.length * 2 <= lines.length) continue;
    const headed = lines[0].every((cell, i) => cell.trim().toLowerCase() === layout.header[i]?.toLowerCase());
    const names = headed ? lines[0].map((cell) => cell.trim()) : layout.header.slice(0, good[0].length);
    return { layout, names, headed };
  }
  return null;
}

/** The fields worth keeping of a table of facts whose header is known; null where it is not. */
export function knownEntityFields(names: readonly string[]): EntityFields | null {
  // goodbooks-10k: books.csv
  if (['book_id', 'goodreads_book_id', 'original_title', 'title'].every((name) => names.includes(name))) {
    const metadata = ['authors', 'original_publication_year', 'language_code', 'average_rating', 'image_url'];
    return side(
      'book_id',
      'original_title',
      metadata.filter((name) => names.includes(name)),
      { otherLabel: 'title' },
    );
  }
  return null;
}
