import { cp, mkdir, rename, rm, stat } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { basename, delimiter, dirname, join } from "node:path";
import { cacheRoot, type Environment } from "./cache-dir.ts";
import { withFileLock } from "./file-lock.ts";
import { createSandboxDir, sweepSandboxDirs } from "./sandbox-dir.ts";
import { startSupervised } from "./supervised-process.ts";

/** Shows one line of progress to the user. */
export type Progress = (line: string) => void;

/** What `buildOnce` needs to know about one build. */
export interface GoBuild {
  /** What is built, for the user: `Kubernetes v1.36.3`. */
  readonly title: string;
  /** Folder in the cache that the result becomes; complete as soon as it exists. */
  readonly target: string;
  /** Arguments of `go` for a result in `outDir`. */
  readonly args: (outDir: string) => readonly string[];
  /** Our Go module, copied to a scratch folder so that a build never writes into the installation. */
  readonly source?: string;
  /** Further environment for the build, such as GOBIN. */
  readonly env?: (outDir: string) => Environment;
  /** Last touches to the built folder before it is moved to its place. */
  readonly finish?: (outDir: string) => Promise<void>;
  /** What a user without Go can do instead. */
  readonly alternatives: string;
}

/** Where builds happen and who watches. */
export interface BuildContext {
  readonly env: Environment;
  readonly onProgress: Progress;
  readonly signal?: AbortSignal | undefined;
}

const PROGRESS_MS = 5_000;
const LAST_LINES = 15;

/**
 * Returns `build.target`, building it first when it is not in the cache. Of several processes one builds and the others
 * wait. Nobody ever sees half a result: it is built aside and renamed into place.
 */
export async function buildOnce(build: GoBuild, context: BuildContext): Promise<string> {
  if (await exists(build.target)) return build.target;
  const go = await findGo(build, context.env);
  const onWait = ({ pid }: { pid: number }): void =>
    context.onProgress(`${build.title}: process ${pid} is building it already, waiting for its result`);
  await withFileLock(
    `${build.target}.lock`,
    async () => {
      if (!(await exists(build.target))) await buildAside(go, build, context);
    },
    { onWait, signal: context.signal },
  );
  return build.target;
}

async function buildAside(go: string, build: GoBuild, context: BuildContext): Promise<void> {
  await mkdir(cacheRoot(context.env), { recursive: true });
  await sweepSandboxDirs([cacheRoot(context.env)]);
  const scratch = await createSandboxDir(cacheRoot(context.env));
  try {
    const outDir = join(scratch, "out");
    const sourceDir = join(scratch, "source");
    await mkdir(outDir);
    if (build.source === undefined) await mkdir(sourceDir);
    else await cp(build.source, sourceDir, { recursive: true });
    await runGo(go, build, { outDir, sourceDir }, context);
    await build.finish?.(outDir);
    await mkdir(dirname(build.target), { recursive: true });
    await rename(outDir, build.target);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

interface BuildDirs {
  readonly outDir: string;
  readonly sourceDir: string;
}

async function runGo(go: string, build: GoBuild, { outDir, sourceDir }: BuildDirs, context: BuildContext): Promise<void> {
  const started = Date.now();
  const cores = availableParallelism();
  context.onProgress(`${build.title}: building from the Go modules, once; this takes minutes (${cores} ${cores === 1 ? "core" : "cores"})`);
  const output = new GoOutput();
  const env = { ...context.env, CGO_ENABLED: "0", GOWORK: "off", ...build.env?.(outDir) };
  const process = startSupervised({
    command: [go, ...build.args(outDir)],
    cwd: sourceDir,
    env,
    output: { onText: (text) => output.add(text) },
  });
  const seconds = (): number => Math.round((Date.now() - started) / 1000);
  const ticker = setInterval(() => context.onProgress(`${build.title}: ${output.stage()}, ${seconds()} s`), PROGRESS_MS);
  const abort = (): void => void process.stop();
  context.signal?.addEventListener("abort", abort, { once: true });
  if (context.signal?.aborted === true) abort();
  try {
    const code = await process.ended;
    context.signal?.throwIfAborted();
    if (code !== 0) throw new Error(`${build.title}: go ended with ${code} after ${seconds()} s:\n${output.tail()}`);
  } finally {
    clearInterval(ticker);
    context.signal?.removeEventListener("abort", abort);
  }
  context.onProgress(`${build.title}: built in ${seconds()} s`);
}

/** Reads what `go build -v` prints: one line per downloaded module, one per compiled package, and errors. */
class GoOutput {
  #downloads = 0;
  #packages = 0;
  #rest = "";
  readonly #last: string[] = [];

  add(text: string): void {
    const lines = `${this.#rest}${text}`.split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) this.#addLine(line);
  }

  #addLine(line: string): void {
    if (line.startsWith("go: downloading ")) this.#downloads++;
    else if (/^[\w.~-]+(\/[\w.~-]+)*$/.test(line)) this.#packages++;
    else if (line !== "") this.#last.push(line);
    if (this.#last.length > LAST_LINES) this.#last.shift();
  }

  stage(): string {
    if (this.#packages > 0) return `${this.#packages} packages compiled`;
    return this.#downloads > 0 ? `${this.#downloads} modules downloaded` : "reading the build cache";
  }

  tail(): string {
    return [...this.#last, this.#rest].filter((line) => line !== "").join("\n");
  }
}

/** Go from PATH, or from the place where its installer puts it, which often is not on PATH. */
async function findGo(build: GoBuild, env: Environment): Promise<string> {
  const dirs = [...(env["PATH"] ?? "").split(delimiter).filter((dir) => dir !== ""), join(env["GOROOT"] || "/usr/local/go", "bin")];
  for (const dir of dirs) {
    if (await exists(join(dir, "go"))) return join(dir, "go");
  }
  throw new Error(
    `${basename(build.target)} is not in ${dirname(build.target)} and cannot be built: no "go" on PATH. ` +
      `Install Go 1.26 or newer (https://go.dev/dl), or ${build.alternatives}.`,
  );
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(() => true, () => false);
}
