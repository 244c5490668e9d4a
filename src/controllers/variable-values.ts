/** Values of variables from ConfigMaps and Secrets. Does not contact the cluster. */
import type { Variables, VariableValue } from "../../charts/substitute/substitute.ts";
import type { SubstituteSpec } from "../api/render-spec.ts";
import { isJsonObject } from "../object/json.ts";
import type { KubeObject } from "../object/kube-object.ts";
import { asJson } from "../object/kube-object.ts";

/** An entry of `spec.render.substitute.from`. */
export type VariableSource = NonNullable<SubstituteSpec["from"]>[number];

/** A ConfigMap or Secret that gives values. */
export interface ValueSource {
  readonly kind: "ConfigMap" | "Secret";
  readonly name: string;
  /** The key that counts; default all of them. */
  readonly valuesKey?: string | undefined;
  readonly optional?: boolean | undefined;
}

/** What one ConfigMap or Secret gives. */
export interface SourceValues {
  readonly values: ReadonlyMap<string, VariableValue>;
  /** Keys that are no names of variables, or whose values are no text: nothing comes from them. */
  readonly skipped: readonly string[];
}

const NAME = /^[A-Za-z_]\w*$/;
const MAX_NAME = 256;
/** The same bound as for the values in the spec: a certificate fits in, a file does not. */
const MAX_VALUE = 65_536;
const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The texts of a ConfigMap, or the values of a Secret that are UTF-8. */
export function variableValues(object: KubeObject, kind: VariableSource["kind"]): SourceValues {
  const data = asJson(object)["data"];
  const values = new Map<string, VariableValue>();
  const skipped: string[] = [];
  for (const [key, text] of Object.entries(isJsonObject(data) ? data : {})) {
    const value = typeof text === "string" ? (kind === "Secret" ? decoded(text) : text) : undefined;
    if (value === undefined || value.length > MAX_VALUE || key.length > MAX_NAME || !NAME.test(key)) skipped.push(key);
    else values.set(key, { value, secret: kind === "Secret" });
  }
  return { values, skipped };
}

/** The variables of an Application: of equal names the later source counts, and `vars` above all. */
export function joinVariables({ vars = {} }: SubstituteSpec, sources: readonly Pick<SourceValues, "values">[]): Variables {
  return new Map([...sources.flatMap(({ values }) => [...values]), ...Object.entries(vars).map(([name, value]) => [name, { value, secret: false }] as const)]);
}

/** A chart's values under one key. */
export function chartText(object: KubeObject, { kind, valuesKey = "values.yaml" }: ValueSource): SourceValues {
  const data = asJson(object)["data"];
  const text = isJsonObject(data) && Object.hasOwn(data, valuesKey) ? data[valuesKey] : undefined;
  const value = typeof text === "string" ? (kind === "Secret" ? decoded(text) : text) : undefined;
  return { values: new Map(value === undefined ? [] : [[valuesKey, { value, secret: kind === "Secret" }]]), skipped: [] };
}

function decoded(base64: string): string | undefined {
  try {
    return UTF8.decode(Buffer.from(base64, "base64"));
  } catch {
    return undefined; // bytes that are no text
  }
}
