import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { Script } from "node:vm";

/** Runs whose functions are kept: what the first one did not call is compiled by those behind it. */
const KEPT_RUNS = 4;
/** Scripts of which something is kept: those of other builds and other Nodes go, the one that was written longest ago first. */
const KEPT_SCRIPTS = 4;

/**
 * Runs a file that scripts/build.ts wrote as a script, with what V8 made of it in earlier processes. Node's own cache of modules
 * holds what V8 makes when it loads a file, and that leaves out every function that is called later: nearly all. `dir`: a
 * folder of the user's own, see compiledDir; the name of the file stands for its content. Throws where there is no such file.
 */
export function runKeptScript(file: string, dir: string): void {
  const source = readFileSync(file, "latin1"); // nothing but ASCII
  const path = join(dir, `${basename(file)}-${process.version}-${process.arch}`);
  const kept = read(path);
  const script = new Script(source, { filename: file, cachedData: kept?.subarray(0, -1) });
  const runs = script.cachedDataRejected === false ? (kept?.at(-1) ?? 0) : 0; // V8 refuses what another V8 made, or one with other flags
  if (runs < KEPT_RUNS) process.once("exit", () => keep(path, Buffer.concat([script.createCachedData(), Buffer.of(runs + 1)])));
  const start = script.runInThisContext() as (require: (name: string) => unknown) => void; // what the build makes of it
  let require: NodeJS.Require | undefined;
  start((name) => (require ??= createRequire(file))(name));
}

/** What V8 made, and as the last byte the number of runs that is of. */
function read(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

/** Processes that end at the same time write files of their own. What cannot be kept is made again. */
function keep(path: string, content: Buffer): void {
  const own = `${path}.${process.pid}`;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(own, content, { mode: 0o600, flag: "wx" });
    renameSync(own, path);
    dropOld(dirname(path));
  } catch {
    return;
  }
}

function dropOld(dir: string): void {
  const paths = readdirSync(dir).filter((name) => OF_SCRIPT.test(name)).map((name) => join(dir, name));
  if (paths.length <= KEPT_SCRIPTS) return;
  const dated = paths.map((path) => ({ path, writtenAt: statSync(path).mtimeMs }));
  for (const { path } of dated.sort((left, right) => right.writtenAt - left.writtenAt).slice(KEPT_SCRIPTS)) rmSync(path, { force: true });
}

/** Node keeps its modules in folders of the same folder. */
const OF_SCRIPT = /\.cjs-v\d/;
