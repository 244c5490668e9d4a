import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ParityCase } from "./cases.ts";
import { expectedText } from "./reference.ts";
import { renderCase, textOf } from "./rendering.ts";

/** What we make of a case against what kustomize makes of it, as a unified diff; empty where either is missing. */
export async function diffOf(given: ParityCase, binary: string | undefined): Promise<string> {
  const rendering = renderCase(given);
  const text = await expectedText(given, binary);
  return rendering.kind !== "Objects" || text === undefined ? "" : unified(textOf(rendering.objects), text);
}

/** Two texts as a unified diff; `program` made the second one. */
export async function unified(ours: string, theirs: string, program = "kustomize"): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "driftless-parity-"));
  try {
    await writeFile(join(folder, "ours"), ours);
    await writeFile(join(folder, "theirs"), theirs);
    return spawnSync("diff", ["-u", `--label=${program}`, "--label=driftless", "theirs", "ours"], { cwd: folder, encoding: "utf8" }).stdout;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
