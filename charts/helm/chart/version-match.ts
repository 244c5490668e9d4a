import { satisfies } from "../semver/satisfies.ts";

/** Whether a version meets a constraint; false where either cannot be read, as Helm has it. */
export function satisfiesQuietly(constraint: string, version: string): boolean {
  try {
    return satisfies(constraint, version);
  } catch {
    return false;
  }
}
