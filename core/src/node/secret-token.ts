import { createHash, randomBytes } from 'node:crypto';

/** 256 random bits, URL-safe, after a prefix that says what it is (and lets secret scanners find it). */
export const newSecretToken = (prefix: string) => `${prefix}_${randomBytes(32).toString('base64url')}`;

/** A text without the secrets in it, as a link in a mail has one: of each its prefix is left. */
export const hideTokens = (text: string) =>
  text.replaceAll(/\b([a-z]+)_[\w-]{43}(?![\w-])/g, (_, prefix: string) => `${prefix}_…`);

/** What is kept of a random token. Enough for 256 random bits; passwords need argon2. */
export const sha256Hex = (text: string) => createHash('sha256').update(text).digest('hex');
