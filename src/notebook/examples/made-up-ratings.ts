import { Random } from '../../data/random';

/** Name of the file of pairs; by it the page knows that a dataset is made up. */
export const MADE_UP_NAME = 'made-up ratings.csv';

const USERS = 300;
const FILMS = 120;
const SEED = 11;
const YEAR = 365 * 86_400;
/** 1 January 2023, in seconds since 1970. */
const START = 1_672_531_200;

const GENRES = {
  Comedy: [
    ['Laughing', 'Clumsy', 'Borrowed', 'Upside-Down', 'Awkward'],
    ['Uncle', 'Wedding', 'Parrot', 'Landlord', 'Holiday'],
  ],
  Drama: [
    ['Silent', 'Broken', 'Last', 'Winter', 'Unsent'],
    ['Harvest', 'Letter', 'Daughter', 'Verdict', 'River'],
  ],
  'Science Fiction': [
    ['Seventh', 'Orbital', 'Synthetic', 'Distant', 'Quantum'],
    ['Colony', 'Signal', 'Moon', 'Machine', 'Voyage'],
  ],
  Horror: [
    ['Hollow', 'Crimson', 'Buried', 'Whispering', 'Midnight'],
    ['Cellar', 'Mirror', 'Orchard', 'Guest', 'Lighthouse'],
  ],
  Romance: [
    ['Summer', 'Secret', 'Second', 'Parisian', 'Tender'],
    ['Promise', 'Dance', 'Kiss', 'Balcony', 'Spring'],
  ],
  Documentary: [
    ['Inside the', 'Wild', 'Hidden', 'Building the', 'A Year of'],
    ['Glacier', 'Orchestra', 'Bridge', 'Bees', 'Archive'],
  ],
} as const;

type Genre = keyof typeof GENRES;
const NAMES = Object.keys(GENRES) as Genre[];
/** The genre that each occupation likes best. */
const OCCUPATIONS: readonly [string, Genre][] = [
  ['teacher', 'Documentary'],
  ['engineer', 'Science Fiction'],
  ['nurse', 'Romance'],
  ['student', 'Horror'],
  ['cook', 'Comedy'],
  ['librarian', 'Drama'],
];

interface Film {
  readonly id: number;
  readonly title: string;
  readonly genres: readonly Genre[];
  readonly year: number;
  readonly quality: number;
  readonly fame: number;
}

/**
 * Ratings of movies by users who do not exist: three CSV files in the manner of MovieLens (ratings, movies,
 * users). Tastes are planted: an occupation likes a genre, the old like what is old, some movies are better than
 * others, some users kinder. So there is something to find, and it is known what. The same at every call.
 */
export function madeUpRatings(): File[] {
  const random = Random.derive(SEED, 'made-up ratings');
  const films = makeFilms(random);
  const users: string[] = ['user_id,age,occupation'];
  const ratings: string[] = ['user_id,movie_id,rating,timestamp'];
  for (let user = 1; user <= USERS; user++) {
    const age = 16 + random.integer(60);
    const [occupation, favourite] = OCCUPATIONS[random.integer(OCCUPATIONS.length)];
    users.push(`${user},${age},${occupation}`);
    const taste = Object.fromEntries(
      NAMES.map((genre) => [genre, (genre === favourite ? 1.3 : -0.3) + 0.5 * random.normal()]),
    ) as Record<Genre, number>;
    const kindness = 0.35 * random.normal();
    const liking = films.map(({ genres, year, quality }) => {
      const genre = genres.reduce((sum, name) => sum + taste[name], 0) / genres.length;
      const era = ((age - 45) / 30) * ((1990 - year) / 30);
      return genre + quality + 0.4 * era;
    });
    // People see what they expect to like and what is well known, without going back to it.
    const seen = 12 + random.integer(49);
    const keys = films.map(({ fame }, i) => 0.9 * liking[i] + fame + gumbel(random));
    const chosen = films.map((_, i) => i).sort((a, b) => keys[b] - keys[a]);
    for (const i of chosen.slice(0, seen)) {
      const rating = Math.round(3.2 + kindness + 0.9 * liking[i] + 0.45 * random.normal());
      const time = START + Math.floor(2 * YEAR * random.next());
      ratings.push(`${user},${films[i].id},${Math.min(5, Math.max(1, rating))},${time}`);
    }
  }
  const movies = films.map(({ id, title, genres, year }) => `${id},${title} (${year}),${genres.join('|')},${year}`);
  return [
    csv(MADE_UP_NAME, ratings),
    csv('made-up movies.csv', ['movie_id,title,genres,year', ...movies]),
    csv('made-up users.csv', users),
  ];
}

function makeFilms(random: Random): Film[] {
  const titles = Object.fromEntries(
    NAMES.map((genre) => {
      const [first, second] = GENRES[genre];
      return [genre, random.shuffle(first.flatMap((a) => second.map((b) => `${a} ${b}`)))];
    }),
  ) as Record<Genre, string[]>;
  return Array.from({ length: FILMS }, (_, i) => {
    const genre = NAMES[i % NAMES.length];
    const other = NAMES[random.integer(NAMES.length)];
    return {
      id: i + 1,
      title: titles[genre][Math.floor(i / NAMES.length)],
      genres: random.next() < 0.3 && other !== genre ? [genre, other] : [genre],
      year: 1950 + random.integer(75),
      quality: 0.4 * random.normal(),
      fame: 0.9 * random.normal(),
    };
  });
}

/** With it, the largest keys are a draw without replacement by the weights e^key (Yellott, 1977). */
function gumbel(random: Random): number {
  return -Math.log(-Math.log(1 - random.next() * 0.999999 - 1e-9));
}

function csv(name: string, lines: readonly string[]): File {
  return new File([`${lines.join('\n')}\n`], name, { type: 'text/csv' });
}
