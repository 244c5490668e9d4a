import type { Json, JsonObject } from "../object/json.ts";
import type { Rule } from "./schema.ts";

/** The part of OpenAPI v3 and of Kubernetes' extensions that the builders of schema.ts write. */
export interface SchemaNode {
  /** Absent for what may be a number or a text. */
  readonly type?: "object" | "array" | "string" | "integer" | "boolean";
  readonly description?: string;
  readonly default?: Json;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  /** The values of a map whose names are free. */
  readonly additionalProperties?: SchemaNode;
  readonly maxProperties?: number;
  readonly items?: SchemaNode;
  readonly maxItems?: number;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly format?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly "x-kubernetes-int-or-string"?: boolean;
  /** What is in the object is not looked at. */
  readonly "x-kubernetes-preserve-unknown-fields"?: boolean;
  readonly "x-kubernetes-list-type"?: "map" | "set" | "atomic";
  readonly "x-kubernetes-list-map-keys"?: readonly string[];
  readonly "x-kubernetes-validations"?: readonly Rule[];
}

/** The JSON of a schema as what the builders put into it. */
export function schemaNode(json: JsonObject): SchemaNode {
  return json; // only schema.ts makes these
}
