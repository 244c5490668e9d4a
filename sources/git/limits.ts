import { ReconcileError } from "../../src/errors.ts";

/** Bounds on what one repository may send. Fetched content is hostile until it was verified. */
export interface GitLimits {
  /** Longest pack, in bytes as sent (default 512 MiB). */
  readonly maxPackBytes: number;
  /** Most objects in one pack (default 1,000,000). */
  readonly maxObjects: number;
  /** Largest single object, inflated (default 64 MiB). */
  readonly maxObjectBytes: number;
  /** All objects of one pack together, inflated (default 4 GiB). */
  readonly maxTotalBytes: number;
  /** Longest chain of deltas (default 500; Git's own default is 50). */
  readonly maxDeltaDepth: number;
  /** Deepest nesting of directories (default 100). */
  readonly maxTreeDepth: number;
  /** Longest answer that lists refs, in bytes (default 32 MiB, some 400,000 refs). */
  readonly maxRefsBytes: number;
}

const MIB = 1024 * 1024;

/** The defaults, as GitLimits documents them. */
export const DEFAULT_LIMITS: GitLimits = {
  maxPackBytes: 512 * MIB,
  maxObjects: 1_000_000,
  maxObjectBytes: 64 * MIB,
  maxTotalBytes: 4096 * MIB,
  maxDeltaDepth: 500,
  maxTreeDepth: 100,
  maxRefsBytes: 32 * MIB,
};

/** Throws LIMIT_EXCEEDED when `value` is above the named limit; `what` starts the sentence. */
export function checkLimit(limits: GitLimits, name: keyof GitLimits, value: number, what: string): void {
  const limit = limits[name];
  if (value <= limit) return;
  throw new ReconcileError("LIMIT_EXCEEDED", `${what}: more than ${limit} allowed (limit ${name}); make the repository smaller or raise the limit`);
}
