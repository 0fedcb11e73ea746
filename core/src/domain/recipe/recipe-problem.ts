import { DomainError } from '../errors.ts';

/** Something wrong with a question or a recipe: `field` is the dotted path into it. */
export function recipeProblem(field: string, code: string, detail: string): DomainError {
  return new DomainError('invalid', detail, { problems: [{ field, code, detail }] });
}
