import { pageParts, startPartsLister } from '../../testing/start-parts-lister.ts';
import { createMultipartStore } from './multipart-store.ts';

test('every part is listed once, by as many calls as there are pages', async () => {
  const parts = 1500;
  const s3 = await startPartsLister(parts);
  try {
    const listed = await createMultipartStore('lake', true).parts('key', 'id');
    expect(listed?.map(({ part }) => part)).toEqual(Array.from({ length: parts }, (_, i) => i + 1));
    expect(listed?.at(-1)).toEqual({ part: parts, bytes: 7, etag: `"${parts}"` });
    expect(s3.asked).toEqual([0, pageParts]);
  } finally {
    s3.stop();
  }
});
