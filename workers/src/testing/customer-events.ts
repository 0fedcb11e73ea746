import { seededRandom } from '@foretell/core/domain/seeded-random';

const dayMs = 86_400_000;
const start = Date.UTC(2024, 0, 1);

/**
 * A shop's events as CSV. Whether a customer returns within the week hangs on what the customer did before, hardly on the
 * row itself; `refund` is a consequence of the label, `session` an id.
 */
export function customerEvents(customers: number, days: number, seed = 1): string {
  const random = seededRandom(seed);
  const rows: string[] = [];
  for (let customer = 0; customer < customers; customer++) {
    const keenness = random();
    const spends = 10 + 90 * random();
    let day = random() * 5;
    while (day < days) {
      const at = new Date(start + Math.floor(day * dayMs));
      const gap = -Math.log(1 - random()) * (1 + 20 * (1 - keenness) ** 2);
      const amount = spends * (0.5 + random());
      const returns = random() < 0.05 + 0.9 * keenness;
      const refund = returns ? '' : (amount / 2).toFixed(2);
      rows.push(
        [
          `c${customer}`,
          at.toISOString(),
          amount.toFixed(2),
          ['web', 'app', 'shop'][Math.floor(random() * 3)],
          returns ? 'yes' : 'no',
          refund,
          `s${customer}-${rows.length}`,
        ].join(','),
      );
      day += gap;
    }
  }
  return `customer,at,amount,channel,returned,refund,session\n${rows.join('\n')}\n`;
}
