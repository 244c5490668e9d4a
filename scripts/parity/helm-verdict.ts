import { parseYaml } from "../../src/object/yaml.ts";
import type { Json } from "../../src/object/json.ts";
import { unified } from "./diff.ts";
import { contentDifference, orderDifference, textDifference } from "./difference.ts";
import type { HelmCase } from "./helm-cases.ts";
import { helmTexts } from "./helm-reference.ts";
import { renderHelmCase } from "./helm-rendering.ts";
import { linesWithoutChance, plainLines, withoutChance } from "./masked.ts";
import { digestOf } from "./reference.ts";
import type { Agreement } from "./verdict.ts";

/** The outcome of one case. */
export interface HelmVerdict {
  readonly given: HelmCase;
  readonly agreement: Agreement;
  /** Helm says something else each time: compared but for that. */
  readonly chance: boolean;
}

/** Renders a case and compares it with what helm makes of it; the reference binary is for texts that are not kept yet. */
export async function judgeHelm(given: HelmCase, binary: string | undefined): Promise<HelmVerdict> {
  const rendering = renderHelmCase(given);
  const verdict = (agreement: Agreement, chance = false): HelmVerdict => ({ given, agreement, chance });
  if (rendering.kind === "Crashed") return verdict(rendering);
  if (rendering.kind === "Refused") return verdict({ kind: given.sha256 === undefined ? "BothRefuse" : "Refused", message: rendering.message });
  const { text } = rendering;
  if (given.sha256 === undefined) return verdict({ kind: "Differs", first: { path: "template", ours: `${text.length} characters`, theirs: "an error" } });
  if (digestOf(text) === given.sha256) return verdict({ kind: "Bytes" });
  const [first, second] = (await helmTexts(given, binary)) ?? [];
  if (first === undefined) return verdict(given.isDeterministic ? { kind: "Differs", first: undefined } : lengthAgreement(given, text), !given.isDeterministic);
  if (second === undefined) return verdict(compare(text, first));
  return verdict(compareButForChance(text, [first, second]), true);
}

/** Our text against helm's, as a unified diff; empty where either is missing. */
export async function helmDiff(given: HelmCase, binary: string | undefined): Promise<string> {
  const rendering = renderHelmCase(given);
  const [first, second] = (await helmTexts(given, binary)) ?? [];
  if (rendering.kind !== "Text" || first === undefined) return "";
  return second === undefined ? unified(rendering.text, first, "helm") : unified(linesWithoutChance(rendering.text, [first, second]), plainLines(first), "helm");
}

function compare(text: string, expected: string): Agreement {
  return agreementOf(objectsOf(text), objectsOf(expected)) ?? { kind: "Order", first: textDifference(text, expected) };
}

function compareButForChance(text: string, expected: readonly [string, string]): Agreement {
  const [first, second] = [objectsOf(expected[0]), objectsOf(expected[1])];
  const agreement = agreementOf(withoutChance(objectsOf(text), [first, second]), first);
  const difference = textDifference(linesWithoutChance(text, expected), plainLines(expected[0]));
  return agreement ?? (difference === undefined ? { kind: "Bytes" } : { kind: "Order", first: difference });
}

function agreementOf(ours: readonly Json[], theirs: readonly Json[]): Agreement | undefined {
  const content = contentDifference(ours, theirs);
  if (content !== undefined) return { kind: "Differs", first: content };
  const order = orderDifference(ours, theirs);
  return order === undefined ? undefined : { kind: "Content", first: order };
}

const objectsOf = (text: string): Json[] => parseYaml(text, "rendered").map(({ value }) => value);

/** How much the lengths of certificates and the like may make of a text. */
const TOLERANCE = 0.02;

/** Without a text of helm all that is known is its length. */
function lengthAgreement({ bytes }: HelmCase, text: string): Agreement {
  const own = Buffer.byteLength(text);
  return Math.abs(own - bytes) <= bytes * TOLERANCE ? { kind: "Bytes" } : { kind: "Differs", first: { path: "length", ours: `${own} bytes`, theirs: `${bytes} bytes` } };
}
