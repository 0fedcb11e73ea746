/** A small made-up history: shops deliver orders, and some shops are often late. The same rows every time. */

const shops = 24;
const rows = 6000;
const days = 60;
const firstDay = Date.UTC(2024, 0, 1);

/** Numbers in [0, 1) that repeat for a seed (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const shopNames = Array.from({ length: shops }, (_, index) => `shop-${index}`);

/** How often a shop is late: from 5 to 75 times of 100. */
const lateRate = (shop: number) => 0.05 + (0.7 * shop) / (shops - 1);

/** CSV with a header: shop, ordered_at, amount, channel, late_minutes. */
export function deliveriesCsv(): string {
  const random = createRandom(7);
  const lines = ['shop,ordered_at,amount,channel,late_minutes'];
  for (let row = 0; row < rows; row++) {
    const shop = Math.floor(random() * shops);
    const at = new Date(firstDay + (row / rows) * days * 86_400_000).toISOString();
    const amount = (5 + random() * 95).toFixed(2);
    const channel = random() < 0.3 ? 'phone' : 'web';
    const late = random() < lateRate(shop) ? 10 + Math.floor(random() * 50) : 0;
    lines.push([shopNames[shop], at, amount, channel, late].join(','));
  }
  return `${lines.join('\n')}\n`;
}
