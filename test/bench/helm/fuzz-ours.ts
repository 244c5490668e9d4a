import { readFileSync } from "node:fs";
import { join } from "node:path";
import { loadChart } from "../../../charts/helm/chart/load-chart.ts";
import { mergeUserValues } from "../../../charts/helm/chart/user-values.ts";
import { RandomSource } from "../../../charts/helm/random.ts";
import { renderHelm } from "../../../charts/helm/render.ts";
import { templateText } from "../../../charts/helm/template-text.ts";
import { ParseCache } from "../../../charts/parse-cache.ts";
import { TreeFiles } from "../../../charts/tree-files.ts";
import type { HelmRendering } from "../../../scripts/parity/helm-rendering.ts";
import { crashIn, placed } from "../../../scripts/parity/rendering.ts";
import { DirectoryTree } from "../../../sources/directory-tree.ts";
import { messageOf } from "../../../src/errors.ts";
import type { FuzzChart } from "./fuzz-chart.ts";

/** What we make of a chart that lies in a folder below another. */
export function renderFuzz(folder: string, name: string, { valuesFiles, flags }: Omit<FuzzChart, "files">): HelmRendering {
  try {
    const chart = loadChart(new TreeFiles(new DirectoryTree(folder), new ParseCache(1 << 20)), name, [], "v4");
    const values = mergeUserValues({ files: valuesFiles.map((path) => ({ name: path, text: readFileSync(join(folder, name, path), "utf8") })), ...flags });
    return { kind: "Text", text: templateText(renderHelm(chart, { release: { name: "rel", namespace: "default" }, values, now: new Date(0), random })) };
  } catch (error) {
    const crash = crashIn(error);
    return crash === undefined ? { kind: "Refused", message: messageOf(error) } : { kind: "Crashed", message: placed(crash) };
  }
}

/** No template asks it for anything that could be compared. */
const random = new RandomSource(Buffer.from("a secret that nobody has"), "rel");
