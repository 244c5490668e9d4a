import { gzipSync } from "node:zlib";
import { loadChart } from "../../../../../charts/helm/chart/load-chart.ts";
import { prepareChart } from "../../../../../charts/helm/chart/prepare.ts";
import { mergeUserValues, type UserValues } from "../../../../../charts/helm/chart/user-values.ts";
import type { Chart, RenderChart } from "../../../../../charts/helm/chart/chart.ts";
import { toJson } from "../../../../../charts/helm/go/json.ts";
import { ParseCache } from "../../../../../charts/parse-cache.ts";
import { TreeFiles } from "../../../../../charts/tree-files.ts";
import type { HelmVersion } from "../../../../../charts/helm/input.ts";
import type { Json } from "../../../../../src/object/json.ts";
import { memoryTree, type Link } from "../../../../support/memory-tree.ts";

/** Files of a chart by name. */
export type Files = Readonly<Record<string, string | Uint8Array | Link>>;

/** The smallest Chart.yaml, and more lines of it. */
export const chartYaml = (name: string, more = ""): string => `apiVersion: v2\nname: ${name}\nversion: 1.2.0\n${more}`;

/** The files below a folder. */
export const within = (folder: string, files: Files): Files => Object.fromEntries(Object.entries(files).map(([name, content]) => [`${folder}/${name}`, content]));

/** Loads a chart at the root of a tree with these files. */
export const load = (files: Files, warnings: string[] = [], version: HelmVersion = "v4"): Chart => loadChart(new TreeFiles(memoryTree(files), new ParseCache(1 << 24)), "", warnings, version);

/** What loading or preparing throws. */
export function problemOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return (error as Error).message;
  }
  return "nothing was thrown";
}

/** Loads a chart and works out its values, as the Helm does that the user's values name. */
export function prepare(files: Files, user: UserValues = {}, warnings: string[] = []): { readonly chart: RenderChart; readonly values: Json } {
  const { chart, values } = prepareChart(load(files, warnings, user.version), mergeUserValues(user), warnings, { version: user.version });
  return { chart, values: toJson(values) };
}

/** The full paths of a chart and all its dependencies. */
export const pathsOf = (chart: RenderChart): string[] => [chart.fullPath, ...chart.dependencies.flatMap(pathsOf)];

/** A member of an archive: a file, or what `type` says. */
export interface Member {
  readonly name: string;
  readonly content?: string | Uint8Array;
  readonly type?: string;
  /** What the header says; default the length of the content. */
  readonly size?: number;
}

/** A packed chart. */
export const pack = (members: readonly Member[]): Uint8Array => gzipSync(tar(members));

/** A packed chart of files. */
export const packFiles = (files: Readonly<Record<string, string | Uint8Array>>): Uint8Array => pack(Object.entries(files).map(([name, content]) => ({ name, content })));

/** A tape archive in ustar format. */
export function tar(members: readonly Member[]): Uint8Array {
  const blocks = members.flatMap(({ name, content = "", type = "0", size }) => {
    const bytes = Buffer.from(content);
    return [header(name, size ?? bytes.length, type), bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

function header(name: string, size: number, type: string): Buffer {
  const block = Buffer.alloc(512);
  block.write(name, 0, 100);
  block.write("0000644\0", 100);
  block.write(`${size.toString(8).padStart(11, "0")}\0`, 124);
  block.write("        ", 148);
  block.write(type, 156);
  block.write("ustar\x0000", 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return block;
}
