import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { loadChart } from "../../../charts/helm/chart/load-chart.ts";
import { mergeUserValues } from "../../../charts/helm/chart/user-values.ts";
import { DEFAULT_API_VERSIONS } from "../../../charts/helm/default-api-versions.ts";
import { RandomSource } from "../../../charts/helm/random.ts";
import { renderHelm } from "../../../charts/helm/render.ts";
import { templateText } from "../../../charts/helm/template-text.ts";
import { draftsOf } from "../../../charts/render-chart.ts";
import { ParseCache } from "../../../charts/parse-cache.ts";
import { TreeFiles } from "../../../charts/tree-files.ts";
import type { FileTree } from "../../../sources/file-tree.ts";
import { messageOf } from "../../errors.ts";
import type { JsonObject } from "../../object/json.ts";
import { UsageError } from "../command.ts";

/** The flags of `helm template` that `driftless render --helm` takes. */
export interface HelmFlags {
  readonly values?: readonly string[];
  readonly set?: readonly string[];
  readonly setString?: readonly string[];
  readonly setJson?: readonly string[];
  readonly setFile?: readonly string[];
  readonly setLiteral?: readonly string[];
  /** Default "default". */
  readonly namespace?: string;
  /** Default "release-name", as helm has it. */
  readonly releaseName?: string;
  readonly kubeVersion?: string;
  readonly apiVersions?: readonly string[];
  readonly includeCrds?: boolean;
  readonly skipTests?: boolean;
  /** False for --no-hooks. */
  readonly hooks?: boolean;
  readonly isUpgrade?: boolean;
  readonly skipSchemaValidation?: boolean;
  readonly helmVersion?: "v3" | "v4";
}

/** What a chart becomes. */
export interface TemplatedChart {
  /** What `helm template` prints, byte for byte. */
  readonly text: string;
  /** The same as objects. */
  readonly objects: () => readonly JsonObject[];
  readonly warnings: readonly string[];
}

const PARSED_BYTES = 64 * 1024 * 1024;
const SECRET_BYTES = 32;

/** Renders a chart as `helm template` does, without a cluster; random values are others each time. Throws UsageError, BUILD_FAILED, LIMIT_EXCEEDED. */
export async function templateChart(tree: FileTree, folder: string, flags: HelmFlags, now: Date): Promise<TemplatedChart> {
  const warnings: string[] = [];
  const chart = loadChart(new TreeFiles(tree, new ParseCache(PARSED_BYTES)), folder, warnings, flags.helmVersion);
  const output = renderHelm(chart, {
    release: { name: flags.releaseName ?? "release-name", namespace: flags.namespace ?? "default", isUpgrade: flags.isUpgrade },
    values: mergeUserValues({ ...(await userValues(flags)), version: flags.helmVersion }),
    capabilities: { kubeVersion: flags.kubeVersion, apiVersions: [...DEFAULT_API_VERSIONS, ...(flags.apiVersions ?? []).flatMap((each) => each.split(","))] },
    now,
    random: new RandomSource(() => randomBytes(SECRET_BYTES), ""),
    helmVersion: flags.helmVersion,
    skipSchema: flags.skipSchemaValidation,
  });
  const wanted = { crds: flags.includeCrds === true, hooks: flags.hooks !== false, tests: flags.skipTests !== true };
  return {
    text: templateText(output, { includeCrds: wanted.crds, noHooks: !wanted.hooks, skipTests: !wanted.tests }),
    objects: () => draftsOf(output, wanted).map(({ value }) => value),
    warnings: [...warnings, ...output.warnings],
  };
}

async function userValues({ values = [], setFile = [], ...sets }: HelmFlags): Promise<Parameters<typeof mergeUserValues>[0]> {
  const files = await Promise.all(values.flatMap((list) => list.split(",")).map(async (name) => ({ name, text: await read(name) })));
  const named = new Map(await Promise.all(setFile.flatMap(filesOf).map(async (name) => [name, await read(name)] as const)));
  return { ...sets, files, setFile, readFile: (name) => named.get(name) ?? "" };
}

/** Names of the files of a `--set-file` flag: `a=x.txt,b=y.txt`. */
const filesOf = (flag: string): string[] => flag.split(",").map((part) => part.slice(part.indexOf("=") + 1));

async function read(name: string): Promise<string> {
  return readFile(name, "utf8").catch((error: unknown) => {
    throw new UsageError(`${name} cannot be read: ${messageOf(error)}`);
  });
}
