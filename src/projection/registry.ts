import { InputError } from '../errors';
import { oneOfEach } from '../one-of-each';
import type { ProjectionMethod } from './projection';

const found = import.meta.glob<ProjectionMethod>('./methods/*.ts', { eager: true, import: 'method' });

/** Every projection, in the order in which they are offered. @throws Error on a doubled id */
export const methods: readonly ProjectionMethod[] = oneOfEach('projection', Object.values(found));

/** @throws InputError that names the methods there are */
export function methodById(id: string): ProjectionMethod {
  const method = methods.find((candidate) => candidate.id === id);
  if (!method)
    throw new InputError(`expected a projection of ${methods.map((known) => known.id).join(', ')}, found “${id}”`);
  return method;
}
