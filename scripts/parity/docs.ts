import { SETS, type SetName } from "./cases.ts";
import { KNOWN_MISSES } from "./known-misses.ts";

const TITLES: Readonly<Record<SetName, string>> = {
  trees: "Trees of other repositories",
  failing: "Trees that kustomize refuses",
  krusty: "Cases of kustomize's own suite",
};

/** docs/parity.md. Equal lists give equal text. */
export function parityPage(): string {
  return `# Parity with kustomize

Driftless renders kustomizations itself; the measure is what \`kustomize build\` v5.8.1 prints, byte for byte.
\`npm run parity:kustomize\` renders 699 trees of 46 repositories, 31 trees that must fail, and the 219 cases of
kustomize's own suite, and prints what is equal in content, in order and in bytes, and the first difference of the rest:

\`\`\`sh
npm run parity:kustomize                                    # the whole table; 1 where something differs that is not told here
npm run parity:kustomize -- --only=podinfo --diff           # one tree, as a unified diff
npm run parity:kustomize -- --set=krusty --reference        # builds kustomize, and asks it about its suite where we differ
npm run parity:kustomize -- path/to/corpus --json out.json  # other trees: a folder with index.json
\`\`\`

The corpus records a digest of what kustomize printed. For a first difference the text itself is needed: \`--reference\`
builds kustomize 5.8.1 once with Go, and keeps its texts in the cache folder of Driftless. An error counts as equal where
kustomize fails too; texts of errors are not compared, ours name file, line and column.

kustomize's suite is of a later commit than the release. Where the two disagree, the release is right. Its harness keeps
objects in the order of input, so the cases are run with \`sortOptions: {order: fifo}\`.

## What is answered otherwise

This list is checked: a test fails where one of these is answered alike, and where anything else is not.

${SETS.flatMap(sectionOf).join("\n\n")}
`;
}

function sectionOf(set: SetName): string[] {
  const misses = KNOWN_MISSES.filter((known) => known.set === set);
  if (misses.length === 0) return [];
  const reasons = [...new Set(misses.map(({ why }) => why))].map((why) => {
    const [{ kind } = { kind: "Differs" }, ...others] = misses.filter((known) => known.why === why);
    const names = misses.filter((known) => known.why === why).map(({ name }) => `  - \`${name}\``);
    return `- ${kind === "Refused" ? "Refused" : "Different"}: ${why}${others.length > 0 ? ` (${names.length})` : ""}\n${names.join("\n")}`;
  });
  return [`### ${TITLES[set]}\n\n${reasons.join("\n")}`];
}
