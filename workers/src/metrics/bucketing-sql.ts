import { fnv1a32 } from '@foretell/core/domain/bucketing';

/** 32-bit FNV-1a's own numbers. */
const offset = 2166136261;
const prime = 16777619;
const last32Bits = 4294967295;

/** The byte of `hex` at `place`: two of its digits. */
const byte = 'STRTOL(SUBSTRING(hex, 2 * place + 1, 2), 16)';
/** One more byte hashed into `hash`, exact in a bigint: FNV's XOR is a + b − 2 (a AND b), which every parser knows. */
const hashed = `((hash + ${byte} - 2 * (hash & ${byte})) * ${prime}) & ${last32Bits}`;
const hexOf = (text: string) => `TO_HEX(TO_VARBYTE(${text}, 'utf-8'))`;

/**
 * How many of the newest `units` of an experiment are not in the group that its seed and split give, computed anew in the
 * warehouse: a replica that buckets by another seed, or by another hash, shows here. The seed is hashed outside: FNV goes
 * byte by byte, so it is where the units' hashes begin. Answers `n`.
 */
export function wrongGroupsSql(seed: string, split: number, units: number): string {
  return `WITH RECURSIVE checked AS (
  SELECT unit, group_name FROM experiment_assignments WHERE experiment = :experiment
  ORDER BY exposed_at DESC, unit LIMIT ${units}
),
once (unit, group_name, hex, place, hash) AS (
  SELECT unit, group_name, ${hexOf('unit')}, 0, CAST(${fnv1a32(seed)} AS BIGINT) FROM checked
  UNION ALL
  SELECT unit, group_name, hex, place + 1, ${hashed} FROM once WHERE 2 * place < LEN(hex)
),
twice (unit, group_name, hex, place, hash) AS (
  SELECT unit, group_name, ${hexOf('CAST(hash AS VARCHAR(10))')}, 0, CAST(${offset} AS BIGINT)
  FROM once WHERE 2 * place = LEN(hex)
  UNION ALL
  SELECT unit, group_name, hex, place + 1, ${hashed} FROM twice WHERE 2 * place < LEN(hex)
)
SELECT COUNT(*)::bigint AS n FROM twice
WHERE 2 * place = LEN(hex) AND group_name <> CASE WHEN hash % 10000 < ${split * 10_000} THEN 'model' ELSE 'fallback' END`;
}
