/** Full texts of `kustomize build`: kept by the digest that the corpus records, made by the reference binary where they are missing. */
import { execFile } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { ensureTool } from "../../src/sandbox/assets.ts";
import { cacheRoot, toolDir } from "../../src/sandbox/cache-dir.ts";
import type { ParityCase } from "./cases.ts";

const MAX_OUTPUT = 64 * 1024 * 1024;

/** Path of the reference binary; undefined where it is not built yet and `build` is false. */
export async function findReference(build: boolean, tool: "kustomize" | "helm" = "kustomize"): Promise<string | undefined> {
  const cached = join(toolDir(process.env, tool), tool);
  if (existsSync(cached)) return cached;
  return build ? ensureTool(tool, { onProgress: (text) => process.stderr.write(`# ${text}\n`) }) : undefined;
}

/** Answer of the reference binary. */
export type Answer = { readonly kind: "Text"; readonly text: string } | { readonly kind: "Error"; readonly message: string };

/** Runs `kustomize build` on a case. */
export async function runReference(binary: string, { source, options }: ParityCase): Promise<Answer> {
  const flags = options.loadRestriction === "None" ? ["--load-restrictor", "LoadRestrictionsNone"] : [];
  if ("dir" in source) return build(binary, source.dir, flags);
  const folder = await mkdtemp(join(tmpdir(), "driftless-parity-"));
  try {
    for (const [path, text] of Object.entries(source.files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    return await build(binary, join(folder, options.path), flags);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function build(binary: string, dir: string, flags: readonly string[]): Promise<Answer> {
  try {
    const { stdout } = await promisify(execFile)(binary, ["build", ...flags, dir], { maxBuffer: MAX_OUTPUT });
    return { kind: "Text", text: stdout };
  } catch (error) {
    return { kind: "Error", message: String((error as { stderr?: string }).stderr ?? error).trim() }; // execFile adds it
  }
}

/** The text that kustomize makes of a case, or undefined where only its digest is known and there is no binary. */
export async function expectedText(given: ParityCase, binary: string | undefined): Promise<string | undefined> {
  const { expected } = given;
  if (expected.kind === "Error") return undefined;
  if (expected.kind === "Text") return expected.text;
  const path = keptPath(expected.sha256);
  const cached = await readFile(path, "utf8").catch(() => undefined);
  if (cached !== undefined && digestOf(cached) === expected.sha256) return cached;
  if (binary === undefined) return undefined;
  const answer = await runReference(binary, given);
  if (answer.kind === "Error") throw new Error(`${given.name}: kustomize refuses what the record says it builds: ${answer.message}`);
  if (digestOf(answer.text) !== expected.sha256) throw new Error(`${given.name}: kustomize builds something else than the record says`);
  await keep(path, answer.text);
  return answer.text;
}

/** SHA-256 of a text, in hex. */
export const digestOf = (text: string): string => createHash("sha256").update(text).digest("hex");

/** Where the text of a name is kept. */
export const keptPath = (name: string): string => join(cacheRoot(process.env), "parity", `${name}.yaml`);

/** Keeps a text for later runs. */
export async function keep(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const aside = `${path}.${randomUUID()}`;
  await writeFile(aside, text);
  await rename(aside, path); // nobody sees half a text
}
