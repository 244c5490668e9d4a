import type { TreeEntry } from "../../../sources/file-tree.ts";
import { ReconcileError } from "../../../src/errors.ts";
import type { TreeFiles } from "../../tree-files.ts";
import type { Resolved } from "../../tree-path.ts";
import { compareText } from "../go/bytes.ts";
import { TreeFile } from "./chart-files.ts";
import { ignoreRules, type IsIgnored } from "./ignore-rules.ts";

/** Files and folders of a chart, those that are ignored among them. */
const MAX_ENTRIES = 20_000;
/** Folders within folders: links that lead upwards end here. */
const MAX_DEPTH = 64;

interface Walk {
  readonly files: TreeFiles;
  readonly isIgnored: IsIgnored;
  readonly warnings: string[];
  readonly found: TreeFile[];
  entries: number;
}

/** The files of a chart's folder that .helmignore leaves, links followed, in the order of their names. Throws BUILD_FAILED for a link that leads nowhere, LIMIT_EXCEEDED. */
export function walkFolder(files: TreeFiles, folder: string, warnings: string[]): readonly TreeFile[] {
  const rules = files.resolve(pathIn(folder, ".helmignore"));
  const isIgnored = rules?.kind === "file" ? new TreeFile(files, rules, ".helmignore").parsed(`ignore rules ${rules.path}`, (text) => ignoreRules(text, rules.path)) : ignoreRules(undefined, rules?.path ?? "");
  const walk: Walk = { files, isIgnored, warnings, found: [], entries: 0 };
  walkInto(walk, folder, "", 0);
  return walk.found;
}

const pathIn = (folder: string, name: string): string => (folder === "" ? name : `${folder}/${name}`);

function walkInto(walk: Walk, folder: string, prefix: string, depth: number): void {
  const position = { file: folder };
  if (depth > MAX_DEPTH) throw new ReconcileError("LIMIT_EXCEEDED", `folders of the chart are nested more than ${MAX_DEPTH} deep; look for a symbolic link that leads upwards`, { position });
  const entries = [...(walk.files.tree.list(folder) ?? [])].sort((left, right) => compareText(left.name, right.name));
  walk.entries += entries.length;
  if (walk.entries > MAX_ENTRIES) throw new ReconcileError("LIMIT_EXCEEDED", `the chart has more than ${MAX_ENTRIES} files and folders`, { position });
  for (const entry of entries) take(walk, locate(walk.files, pathIn(folder, entry.name), entry), `${prefix}${entry.name}`, depth);
}

/** Where an entry of a listing really lies. Its id is worked out only for a file that is read. */
function locate(files: TreeFiles, path: string, entry: TreeEntry): Resolved {
  const { kind } = entry;
  if (kind !== "symlink") {
    return {
      path,
      kind,
      get id() {
        return entry.id;
      },
    };
  }
  const at = files.resolve(path);
  if (at === undefined) throw new ReconcileError("BUILD_FAILED", "symbolic link leads nowhere; the file it names is not in the repository", { position: { file: path } });
  return at;
}

function take(walk: Walk, at: Resolved, name: string, depth: number): void {
  if (walk.isIgnored(name, at.kind !== "file")) return;
  if (at.kind === "file") walk.found.push(new TreeFile(walk.files, at, name));
  else if (at.kind === "directory") walkInto(walk, at.path, `${name}/`, depth + 1);
  else walk.warnings.push(`${at.path}: is a submodule, which is not fetched; the chart is rendered without it`);
}
