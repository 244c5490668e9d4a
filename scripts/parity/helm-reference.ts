/** Full texts of `helm template`: kept by the digest that the corpus records, or by name and turn where each run gives another. */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { HelmCase } from "./helm-cases.ts";
import { digestOf, keep, keptPath, type Answer } from "./reference.ts";

const MAX_OUTPUT = 256 * 1024 * 1024;

/** Arguments of helm for a case. */
export const helmArguments = ({ corpus, dir, values }: HelmCase): string[] => ["template", "rel", join(corpus, dir), ...(values === undefined ? [] : ["-f", join(corpus, dir, values)])];

/** Runs `helm template` on a case. */
export async function runHelm(binary: string, given: HelmCase): Promise<Answer> {
  try {
    return { kind: "Text", text: (await promisify(execFile)(binary, helmArguments(given), { maxBuffer: MAX_OUTPUT })).stdout };
  } catch (error) {
    return { kind: "Error", message: String((error as { stderr?: string }).stderr ?? error).trim() }; // execFile adds it
  }
}

/** What helm makes of a case: one text, or two where a second run gives another; undefined where nothing is kept and there is no binary. */
export async function helmTexts(given: HelmCase, binary: string | undefined): Promise<readonly string[] | undefined> {
  if (given.sha256 === undefined) return undefined;
  const recorded = await kept(given.sha256);
  if (recorded !== undefined && digestOf(recorded) === given.sha256) return [recorded];
  const runs = await Promise.all([1, 2].map((turn) => kept(turnName(given, turn))));
  const [first, second] = runs;
  if (first !== undefined && second !== undefined) return [first, second];
  return binary === undefined ? undefined : askTwice(given, binary);
}

/** Makes sure that the texts are kept. */
async function askTwice(given: HelmCase, binary: string): Promise<readonly string[]> {
  const first = await demand(given, binary);
  if (digestOf(first) === given.sha256) {
    await keep(keptPath(digestOf(first)), first);
    return [first];
  }
  const second = await demand(given, binary);
  if (second === first) throw new Error(`${given.name}: helm builds something else than the record says`);
  await keep(keptPath(turnName(given, 1)), first);
  await keep(keptPath(turnName(given, 2)), second);
  return [first, second];
}

async function demand(given: HelmCase, binary: string): Promise<string> {
  const answer = await runHelm(binary, given);
  if (answer.kind === "Error") throw new Error(`${given.name}: helm refuses what the record says it builds: ${answer.message}`);
  return answer.text;
}

const kept = async (name: string): Promise<string | undefined> => readFile(keptPath(name), "utf8").catch(() => undefined);

/** The record's digest is of one run among many, and names the case. */
const turnName = ({ sha256 = "" }: HelmCase, turn: number): string => `${sha256}-${turn}`;
