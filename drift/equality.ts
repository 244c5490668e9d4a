/** Is a live value what the server makes of a desired one? Answered without a schema, so sometimes only the server knows. */
import { isJsonObject, jsonEqual } from "../src/object/json.ts";
import type { Json, JsonObject } from "../src/object/json.ts";
import { canonicalBase64 } from "./base64.ts";
import { quantitiesEqual } from "./quantity.ts";

/** Undecided: the values differ in a way that defaulting or rewriting by the server may explain. */
export type Equality = "Equal" | "Different" | "Undecided";

/** Members whose values are quantities, wherever they occur. */
const QUANTITY_MAPS: ReadonlySet<string> = new Set(["limits", "requests", "capacity", "allocatable", "hard", "overhead"]);
const QUANTITIES: ReadonlySet<string> = new Set(["sizeLimit", "divisor", "averageValue", "storage"]);

/** Certificates of webhooks, conversions and APIServices: bytes, which the server writes as base64 in one form. */
const CA_BUNDLE = "caBundle";

/** Defaults that the server fills in below atomic values of built-in kinds, by member name. */
const DEFAULTS: Readonly<Record<string, readonly Json[]>> = {
  apiVersion: ["v1"],
  divisor: ["0"],
  protocol: ["TCP"],
  apiGroup: ["", "rbac.authorization.k8s.io"],
  optional: [false],
  // What a StatefulSet's volume claims get.
  kind: ["PersistentVolumeClaim"],
  volumeMode: ["Filesystem"],
  status: [{ phase: "Pending" }],
};

/** Deeper than any schema of Kubernetes; the server is asked then. */
const MAX_DEPTH = 128;

/**
 * Compares a desired value with a live one as a whole. `names` are the member names on the way to them: they tell
 * where quantities are. Members that only live has are taken as defaults where they are known ones, else Undecided.
 */
export function equality(desired: Json, live: Json | undefined, names: readonly string[]): Equality {
  if (names.length > MAX_DEPTH) return "Undecided";
  if (isEmptyValue(desired)) return isEmptyValue(live) ? "Equal" : "Undecided";
  if (Array.isArray(desired)) return equalItems(desired as readonly Json[], live, names);
  if (isJsonObject(desired)) return equalMembers(desired, live, names);
  return equalScalars(desired, live, names);
}

/** True for null, an absent value, and maps and lists without content: the server drops or defaults them. */
export function isEmptyValue(value: Json | undefined): boolean {
  if (value === undefined || value === null) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isJsonObject(value) && Object.keys(value).length === 0;
}

/** True for "", 0 and false: the server leaves them out of many fields. */
export function isZero(value: Json): boolean {
  return value === "" || value === 0 || value === false;
}

function equalScalars(desired: Json, live: Json | undefined, names: readonly string[]): Equality {
  if (live === undefined || live === null) return isZero(desired) ? "Undecided" : "Different";
  if (jsonEqual(desired, live)) return "Equal";
  if (names.at(-1) === CA_BUNDLE && typeof desired === "string" && typeof live === "string" && canonicalBase64(desired) === canonicalBase64(live)) return "Equal";
  if (quantitiesEqual(desired, live)) return holdsQuantity(names) ? "Equal" : "Undecided";
  return isScalar(desired) && isScalar(live) && String(desired) === String(live) ? "Undecided" : "Different";
}

function equalItems(desired: readonly Json[], live: Json | undefined, names: readonly string[]): Equality {
  if (!Array.isArray(live) || live.length !== desired.length) return "Different";
  return worst(desired.map((item, index) => equality(item, (live as readonly Json[])[index], [...names, ""])));
}

function equalMembers(desired: JsonObject, live: Json | undefined, names: readonly string[]): Equality {
  if (!isJsonObject(live)) return "Different";
  const members = new Set([...Object.keys(desired), ...Object.keys(live)]);
  return worst([...members].map((name) => equalMember(name, desired[name], live[name], [...names, name])));
}

function equalMember(name: string, desired: Json | undefined, live: Json | undefined, names: readonly string[]): Equality {
  const left = desired === undefined || desired === "";
  if (left && Object.hasOwn(DEFAULTS, name) && DEFAULTS[name]?.some((known) => jsonEqual(known, live)) === true) return "Equal";
  if (desired !== undefined) return equality(desired, live, names);
  return isEmptyValue(live) ? "Equal" : "Undecided";
}

function worst(answers: readonly Equality[]): Equality {
  if (answers.includes("Different")) return "Different";
  return answers.includes("Undecided") ? "Undecided" : "Equal";
}

function holdsQuantity(names: readonly string[]): boolean {
  const last = names.at(-1) ?? "";
  if (names[0] === "metadata" || names[0] === "data") return false;
  return QUANTITIES.has(last) || (last === "value" && names.at(-2) === "target") || names.slice(0, -1).some((name) => QUANTITY_MAPS.has(name));
}

function isScalar(value: Json): value is string | number | bigint | boolean {
  return value !== null && typeof value !== "object";
}
