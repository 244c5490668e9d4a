import { SETS, type SetName } from "./cases.ts";
import { KNOWN_MISSES } from "./known-misses.ts";

const TITLES: Readonly<Record<SetName, string>> = {
  trees: "Trees of other repositories",
  failing: "Trees that kustomize refuses",
  krusty: "Cases of kustomize's own suite",
};

/** docs/parity.md. Equal lists give equal text. */
export function parityPage(): string {
  return `# Parity with kustomize and Helm

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

## Remote bases

Folders of other repositories are [refused unless they are allowed](guides/rendering.md#remote-bases). Then they give what
kustomize gives, \`buildMetadata\` included. Different on purpose: single files over HTTP, SSH, \`file://\`, and addresses with
a user are refused; submodules are not fetched; a folder of the repository itself that has the path of the address counts
before the address.

## Charts of kustomizations

\`helmCharts\` gives what \`kustomize build --enable-helm\` gives with Helm 4.3, without the flag and without a \`helm\`.
Different on purpose: charts are not pulled; a chart without \`releaseName\` is released under its own name, where helm makes
up one at every call; templates in \`nameTemplate\`, the old \`helmChartInflationGenerator\`, and the generator of that
name in a file are refused; what helm makes at random stays the same.

## Helm

Driftless renders charts itself; the measure is what \`helm template\` v4.3.1 prints, byte for byte. \`npm run parity:helm\`
renders the 612 runs of 315 public charts (their default values, and those of their \`ci\` folders), of which all are equal;
12 of them fail, as they do with Helm. The 56 with random values or times are compared within their shape: what stands
elsewhere is equal, and a password, key or certificate has the form that Helm's has.

\`\`\`sh
npm run parity:helm                                  # the whole table
npm run parity:helm -- --only=ingress-nginx --diff   # one chart, as a unified diff
npm run parity:helm -- path/to/corpus --reference    # other charts; builds helm, and asks it
\`\`\`

982 charts of 54 other repositories were held against it once, with their own values, random values and flags, and with
damaged templates: 7,699 runs. One of them differs: text that follows a finished flow collection at the root of a document
(\`{a: 1}\`, then \`b: c\`) is ignored by Helm, and refused here with its line.

Different on purpose:

- Random values stay the same and certificates are renewed in time, see [ADR 31](adr/0031-random-values-are-derived.md).
- A chart's hooks run as ours do, see [hooks](guides/hooks.md); those of a deletion are told and not run.
- Errors name the file in the repository, line and column. Values that a chart did not write itself are left out of them.
- Work, text, depth, sizes of files and of what archives hold are bounded, far beyond what the public charts take.
- A schema that refers to another host is not fetched, which is told; links and devices in archives are refused.
- Dependencies have to be vendored.

## Helm 3

\`spec.render.helm.version: v3\` follows the rules of Helm v3.22.0, as its releases are built: 612 of the 612 runs of the
corpus give what that prints, byte for byte but for random values (\`node scripts/parity-helm3.ts BINARY\` compares them with
a helm that is at hand). What it does otherwise than Helm 4:

- \`.Chart\` is a struct: a name that is no field of it is an error, functions for maps refuse it, \`toYaml\` and \`toJson\` write
  it as Chart.yaml is written, and its fields are there a second time below \`.Chart.Metadata\`.
- There is no \`durationSeconds\` (nor its nine sisters), \`mustToDuration\`, \`mustToYaml\` and \`mustToToml\`.
- Types are those of the package \`chartutil\`: \`chartutil.Values\`, \`*chartutil.Capabilities\`. \`.Capabilities.HelmVersion\` has no
  \`KubeClientVersion\`. A version of Kubernetes that a user gave loses what a vendor adds to it; one of a cluster keeps it, in
  \`.Capabilities.KubeVersion\` as it prints, too. Version v1.37.0 and the list of APIs without a cluster are the same.
- Null that a chart has among its own defaults stays, and templates see it.
- Of a file with values only the first document counts, and a text block at its end has no line break that is not there.
  \`--set-json\` takes no object without a name.
- Space around documents is gone. The mark \`---\` behind another one with nothing but space between belongs to the document.
- MutatingWebhookConfiguration and ValidatingWebhookConfiguration are sorted by name among the kinds that are not known, not
  behind APIService.
- Charts below one that takes part under several aliases are one and the same: where it does not declare them, or declares
  them with an alias, they are rendered below one of the aliases only.

Different on purpose: files of more than 5 MiB are taken; \`kubeVersion\` of a chart is held against the version of a cluster
without what a vendor adds; \`.Capabilities.HelmVersion\` names no commit. A \`helm\` that was built with plain \`go install\` calls
itself v3.22 and takes Kubernetes for v1.20.0. \`toToml\` and \`toYamlPretty\` of \`.Chart\` itself write the names of Chart.yaml.

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
