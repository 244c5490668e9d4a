import { createHash } from "node:crypto";

/** Characters kept of the hash of a name that was cut. */
const HASH_LENGTH = 8;

/**
 * `<base>-<suffix>` in at most `limit` characters: a base that is too long is cut and told apart by a hash of the whole,
 * so that equal input gives equal names and different bases different ones.
 */
export function derivedName(base: string, suffix: string, limit = 63): string {
  const name = `${base}-${suffix}`;
  if (name.length <= limit) return name;
  const hash = createHash("sha256").update(base).digest("hex").slice(0, HASH_LENGTH);
  const kept = base.slice(0, Math.max(1, limit - suffix.length - HASH_LENGTH - 2)).replace(/[-.]+$/, "");
  return `${kept}-${hash}-${suffix}`;
}
