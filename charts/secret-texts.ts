import { isJsonObject, type Json, type JsonObject } from "../src/object/json.ts";
import { asJson } from "../src/object/kube-object.ts";
import type { RenderedObject } from "./rendered.ts";
import type { Spend } from "./budget.ts";

/** Shorter texts are in everything: a mask over them would hide what has nothing to do with a Secret. */
const SHORTEST = 4;
/** Texts of Secrets that are looked for in one render. */
const MAX_TEXTS = 2_000;

/** The texts in a value of a Secret that must not be shown, and what base64 makes of them. Words that say nothing are none. */
export function secretTexts(values: readonly Json[]): readonly string[] {
  const found = new Set<string>();
  const visit = (value: Json | undefined): void => {
    if (found.size >= MAX_TEXTS) return;
    if (typeof value === "string" || typeof value === "number" || typeof value === "bigint") add(found, String(value));
    else if (Array.isArray(value)) for (const item of value as readonly Json[]) visit(item);
    else if (isJsonObject(value ?? null)) for (const item of Object.values(value as object) as Json[]) visit(item); // an object of JSON
  };
  for (const value of values) visit(value);
  return [...found];
}

function add(found: Set<string>, text: string): void {
  const bare = text.trim();
  if (bare.length < SHORTEST || bare === "true" || bare === "false" || bare === "null") return;
  found.add(bare);
  found.add(Buffer.from(text).toString("base64"));
}

/** The objects, each with the secret texts that got into it. */
export function withSecretTexts(objects: readonly RenderedObject[], texts: readonly string[], spend: Spend): readonly RenderedObject[] {
  if (texts.length === 0) return objects;
  return objects.map((rendered) => {
    const all = leavesOf(asJson(rendered.object));
    spend((all.length * texts.length) / 1000 + all.length / 10);
    const inside = texts.filter((text) => all.includes(text));
    return inside.length === 0 ? rendered : { ...rendered, secrets: [...(rendered.secrets ?? []), ...inside] };
  });
}

/** All texts and numbers of a value, keys included, with a character between them that none of them has. */
function leavesOf(object: JsonObject): string {
  const texts: string[] = [];
  const visit = (value: Json | undefined): void => {
    if (value === undefined || value === null) return;
    if (typeof value !== "object") texts.push(String(value));
    else if (Array.isArray(value)) for (const item of value as readonly Json[]) visit(item);
    else {
      for (const [key, item] of Object.entries(value)) {
        texts.push(key);
        visit(item);
      }
    }
  };
  visit(object);
  return texts.join("\0");
}
