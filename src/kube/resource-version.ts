/** Order of resource versions: positive integers, comparable within one resource (Kubernetes 1.35, KEP-5504). */

const COMPARABLE = /^[1-9]\d*$/;

/**
 * Below zero when `left` is older, above when it is newer. NaN when either is no positive integer: then every
 * comparison of the result is false, and nothing is taken for older than anything.
 */
export function compareResourceVersions(left: string, right: string): number {
  if (left === right) return 0;
  if (!COMPARABLE.test(left) || !COMPARABLE.test(right)) return Number.NaN;
  if (left.length !== right.length) return left.length - right.length;
  return left < right ? -1 : 1;
}
