/** Whether a write failed because a unique index has the value already, on either engine. */
export function isDuplicate(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (
    ('code' in error && error.code === 'ER_DUP_ENTRY') || error.message.includes('UNIQUE constraint failed')
  );
}
