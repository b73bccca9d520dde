import { Random } from '../../src/data/random';

/** Two worlds of films: what half of the users like, the other half does not. */
export const USERS = 48;
export const FILMS = 30;

const random = new Random(3);
const LINES = Array.from({ length: USERS }, (_, user) => {
  const films = random.shuffle(Array.from({ length: FILMS }, (_, film) => film));
  const liked = films.filter((film) => film % 2 === user % 2).slice(0, 7 + (user % 5));
  const others = films.filter((film) => film % 2 !== user % 2).slice(0, 3);
  return [...liked, ...others].map((film, n) => {
    const rating = (n < liked.length ? 4 : 1) + random.integer(2);
    return `u${user},f${film},${rating},${1_000_000 + 100 * random.integer(100)}`;
  });
}).flat();

export const RATINGS = ['userId,movieId,rating,timestamp', ...LINES].join('\n');

/** What is known of each film; one film tells nothing of itself. */
export const FILM_FACTS = [
  'movieId,title,genres,year',
  ...Array.from({ length: FILMS - 1 }, (_, film) =>
    [`f${film}`, `Film ${film}`, film % 2 ? 'war' : 'love|family', 1950 + 2 * film].join(','),
  ),
].join('\n');

/** The two files as a page hands them over. */
export function ratingsFiles(): File[] {
  return [new File([RATINGS], 'ratings.csv'), new File([FILM_FACTS], 'movies.csv')];
}
