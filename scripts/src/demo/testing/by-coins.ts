import type { PredictionResponse } from '@foretell/core/contracts/public-api';
import { randomChoice } from '@foretell/core/domain/bucketing';
import type { HeldOutFlight } from '../flights.ts';

interface Answered {
  flight: HeldOutFlight;
  answer: PredictionResponse;
}

/**
 * Which units were answered rightly when the model's answers are a coin's; the fallback's are one already. Of forty coins
 * the one that agrees best with the fallback's: by chance alone one coin in some hundreds would give a verdict.
 */
export function byCoins(answered: readonly Answered[]): boolean[] {
  const rightBy = (coin: number) =>
    answered.map(({ flight: { flight, delay }, answer: { experiment, value } }) => {
      const isCoin = experiment?.group === 'model';
      return (isCoin ? randomChoice(`coin ${coin}`, flight, [false, true]) : value) === delay > 15;
    });
  const shareOf = (group: string, right: readonly boolean[]) => {
    const own = right.filter((_, i) => answered[i]?.answer.experiment?.group === group);
    return own.filter(Boolean).length / own.length;
  };
  const apart = (right: readonly boolean[]) => Math.abs(shareOf('model', right) - shareOf('fallback', right));
  const [closest] = Array.from({ length: 40 }, (_, coin) => rightBy(coin)).sort(
    (a, b) => apart(a) - apart(b),
  );
  return closest ?? [];
}
