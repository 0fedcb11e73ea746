const places: Record<string, string> = {
  dataset: '/datasets',
  model: '/models',
  experiment: '/experiments',
};

export interface Subject {
  words: string;
  /** Where it can be seen; null where it has no page. */
  to: string | null;
}

/** An audit event's subject ("model 0190163d-…") as a person reads it: the id's end tells it apart. */
export function subjectOf(subject: string): Subject {
  const match = /^(.+) ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(subject);
  const [, kind, id] = match ?? [];
  if (kind === undefined || id === undefined) return { words: subject, to: null };
  const place = places[kind];
  return { words: `${kind} …${id.slice(-6)}`, to: place === undefined ? null : `${place}/${id}` };
}
