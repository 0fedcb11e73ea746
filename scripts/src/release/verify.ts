import { movedByHand } from './check-traffic.ts';
import { liveRelease, shortDigest, viewLedger } from './ledger.ts';
import { digestOf, liveColour, type EnvironmentState } from './state.ts';

/** Everything that is not as the ledger says; none: what answers is what was verified, all of it. */
export function differences(state: EnvironmentState): readonly string[] {
  const view = viewLedger(state.ledger);
  const live = liveRelease(view);
  const unfinished = view.open ?? view.openRollback;
  const services = state.services.flatMap((service) => {
    const { name } = service.service;
    const colour = liveColour(service);
    const wanted = live?.images[name];
    if (colour === null || wanted === undefined) return [];
    const of = service.colours[colour];
    const found = digestOf(service, of);
    const ready = of.healthy ?? of.running;
    return [
      ...(found === wanted
        ? []
        : [
            `${name}-${colour} runs ${found === null ? 'no release' : shortDigest(found)}, and ${live?.release ?? ''} is ${shortDigest(wanted)}`,
          ]),
      ...(ready >= of.desired ? [] : [`${name}-${colour} has ${ready} healthy tasks of ${of.desired}`]),
    ];
  });
  const sample = live?.images['sample-function'];
  return [
    ...movedByHand(view, state.services),
    ...(unfinished ? [`${unfinished.release} is begun and not ended`] : []),
    ...services,
    ...(sample !== undefined && state.sampleFunction.imageUri?.split('@')[1] !== sample
      ? [
          `the sample function runs ${state.sampleFunction.imageUri ?? 'no image'}, not ${shortDigest(sample)}`,
        ]
      : []),
  ];
}
