import { contentDifference, orderDifference, textDifference, type Difference } from "./difference.ts";
import { digestOf, expectedText, runReference } from "./reference.ts";
import type { ParityCase } from "./cases.ts";
import { objectsOf, renderCase, textOf, type Rendering } from "./rendering.ts";

/** How far we agree with kustomize on a case. Each level holds the ones before it: content, order, bytes. */
export type Agreement =
  | { readonly kind: "Bytes" }
  | { readonly kind: "Order"; readonly first: Difference | undefined }
  | { readonly kind: "Content"; readonly first: Difference }
  | { readonly kind: "BothRefuse"; readonly message: string }
  | { readonly kind: "Refused"; readonly message: string }
  | { readonly kind: "Crashed"; readonly message: string }
  /** `first` is undefined where kustomize's text is not at hand. */
  | { readonly kind: "Differs"; readonly first: Difference | undefined };

/** What the reference binary itself makes of a case of its suite, which is of another commit than the release. */
export type Opinion = "builds what is expected" | "refuses it" | "builds what we build" | "builds something else";

/** The outcome of one case. */
export interface Verdict {
  readonly given: ParityCase;
  readonly agreement: Agreement;
  readonly reference?: Opinion;
}

/** True where the answers are not equal to the last byte, or not both refusals. */
export const isMiss = ({ agreement: { kind } }: Pick<Verdict, "agreement">): boolean => kind !== "Bytes" && kind !== "BothRefuse";

/** Renders a case and compares it with what kustomize makes of it; the reference binary is for texts that are not kept yet. */
export async function judge(given: ParityCase, binary: string | undefined): Promise<Verdict> {
  const rendering = renderCase(given);
  if (rendering.kind === "Crashed") return { given, agreement: rendering };
  if (rendering.kind === "Refused") return { given, agreement: { kind: given.expected.kind === "Error" ? "BothRefuse" : "Refused", message: rendering.message } };
  if (given.expected.kind === "Error") return { given, agreement: { kind: "Differs", first: { path: "build", ours: `${rendering.objects.length} objects`, theirs: "an error" } } };
  return { given, agreement: await compare(given, rendering, binary) };
}

/** Asks the reference binary about a case. */
export async function opinionOn(given: ParityCase, binary: string): Promise<Opinion> {
  const answer = await runReference(binary, given);
  if (answer.kind === "Error") return "refuses it";
  if (isExpected(given, answer.text)) return "builds what is expected";
  const rendering = renderCase(given);
  if (rendering.kind !== "Objects") return "builds something else";
  return textOf(rendering.objects) === answer.text ? "builds what we build" : "builds something else";
}

async function compare(given: ParityCase, { objects }: Rendering & { kind: "Objects" }, binary: string | undefined): Promise<Agreement> {
  const written = textOf(objects);
  if (isExpected(given, written)) return { kind: "Bytes" };
  const text = await expectedText(given, binary);
  if (text === undefined) return { kind: "Differs", first: undefined };
  const theirs = objectsOf(text);
  const content = contentDifference(objects, theirs);
  if (content !== undefined) return { kind: "Differs", first: content };
  const order = orderDifference(objects, theirs);
  if (order !== undefined) return { kind: "Content", first: order };
  return { kind: "Order", first: textDifference(written, text) };
}

function isExpected({ expected }: ParityCase, text: string): boolean {
  if (expected.kind === "Text") return expected.text === text;
  return expected.kind === "Digest" && expected.sha256 === digestOf(text);
}
