import { createHash, randomBytes } from 'node:crypto';

/** 256 random bits, URL-safe, after a prefix that says what it is (and lets secret scanners find it). */
export const newSecretToken = (prefix: string) => `${prefix}_${randomBytes(32).toString('base64url')}`;

/** What is kept of a random token. Enough for 256 random bits; passwords need argon2. */
export const sha256Hex = (text: string) => createHash('sha256').update(text).digest('hex');
