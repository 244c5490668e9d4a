import { checkMetadata, checkPrerelease, formatVersion, type Version } from "./version.ts";

/** Which number a release raises. */
export type Part = "major" | "minor" | "patch";

const MAX_UINT64 = 0xffff_ffff_ffff_ffffn;

/** The next release: the number one higher, those behind it 0; a pre-release's next patch is its own release. Throws Error beyond uint64. */
export function increment(version: Version, part: Part): Version {
  const { major, minor, patch, prerelease } = version;
  if (part === "patch") return renamed(version, { patch: prerelease === "" ? next(patch, part) : patch });
  return renamed(version, part === "major" ? { major: next(major, part), minor: 0n, patch: 0n } : { minor: next(minor, part), patch: 0n });
}

/** The version with another pre-release text (without `-`). Throws Error where it is none. */
export function withPrerelease(version: Version, prerelease: string): Version {
  checkPrerelease(prerelease);
  return renamed(version, { prerelease, metadata: version.metadata });
}

/** The version with other build metadata (without `+`). Throws Error where it is none. */
export function withMetadata(version: Version, metadata: string): Version {
  if (metadata !== "") checkMetadata(metadata);
  return renamed(version, { prerelease: version.prerelease, metadata });
}

function next(number: bigint, part: Part): bigint {
  if (number === MAX_UINT64) throw new Error(`${part} version increment would overflow uint64`);
  return number + 1n;
}

/** A changed version: pre-release and metadata only where given, the original text follows, a `v` stays. */
function renamed(version: Version, change: Partial<Version>): Version {
  const changed = { ...version, prerelease: "", metadata: "", ...change };
  return { ...changed, original: `${version.original.startsWith("v") ? "v" : ""}${formatVersion(changed)}` };
}
