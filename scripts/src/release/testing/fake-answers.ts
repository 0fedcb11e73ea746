import type { Api, InputOf } from '../aws-calls.ts';

/** What a fake of some of AWS answers, by call. */
export type Answers = { readonly [A in Api]?: (input: InputOf<A>) => unknown };
