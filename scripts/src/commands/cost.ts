import { estimate } from '@foretell/infra/cost/estimate';
import { notedOn, pricesRegion } from '@foretell/infra/cost/prices';
import { environmentNamed } from '@foretell/infra/environment-rules';
import { environments } from '@foretell/infra/environments';

const dollars = (value: number) => value.toFixed(0).padStart(7);

/** `cost ENV`: what the environment costs a month, a line each, from the table's prices. */
export function cost(args: readonly string[]): number {
  const environment = environmentNamed(environments, args[0]);
  const lines = estimate(environment);
  console.log(
    `US$ a month for ${environment.name}, list prices of ${pricesRegion}; requests, traffic and stored data come on top`,
  );
  for (const { what, from, dollarsPerMonth, prices } of lines)
    console.log(
      `${dollars(dollarsPerMonth)}  ${what}: ${from}${prices.some(({ source }) => source === null) ? ' (*)' : ''}`,
    );
  console.log(`${dollars(lines.reduce((sum, line) => sum + line.dollarsPerMonth, 0))}  in all`);
  console.log(`(*) with a price that was noted by hand on ${notedOn}, and not compared with a published one`);
  for (const source of new Set(lines.flatMap(({ prices }) => prices.map((price) => price.source))))
    if (source !== null) console.log(`compared: ${source}`);
  if (environment.region !== pricesRegion)
    console.log(`The prices are of ${pricesRegion}; ${environment.name} is in ${environment.region}.`);
  return 0;
}
