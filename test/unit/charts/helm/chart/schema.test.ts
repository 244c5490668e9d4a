import { expect, test } from "vitest";
import type { Json } from "../../../../../src/object/json.ts";
import { chartYaml, prepare, problemOf, within } from "./chart-fixture.ts";

const check = (schema: Json | string, values: Json, warnings: string[] = []): string =>
  problemOf(() => prepare({ "Chart.yaml": chartYaml("app"), "values.yaml": JSON.stringify(values), "values.schema.json": typeof schema === "string" ? schema : JSON.stringify(schema) }, {}, warnings));
const OK = "nothing was thrown";
const D7 = { $schema: "http://json-schema.org/draft-07/schema#" };
const D4 = { $schema: "http://json-schema.org/draft-04/schema#" };

// accepted and refused as by Helm v4.3.1
test.each<[string, Json, Json, string]>([
  ["type", { properties: { a: { type: ["string", "null"] } } }, { a: 1 }, "a must be text or null, it is a whole number (rule /properties/a/type)"],
  ["1.0 is an integer", { properties: { a: { type: "integer" } } }, { a: 1.0 }, OK],
  ["enum", { properties: { a: { enum: ["x", 2] } } }, { a: "y" }, 'a must be one of "x", 2'],
  ["required", { required: ["a", "b"] }, { b: 1 }, 'values must have "a" (rule /required)'],
  ["additionalProperties", { properties: { a: {} }, additionalProperties: false }, { b: 1 }, 'values must not have "b"; allowed are a'],
  ["patternProperties", { patternProperties: { "^x": { type: "number" } } }, { x1: "a" }, "x1 must be a number, it is text"],
  ["pattern in Go's syntax", { properties: { a: { pattern: "^[[:alpha:]]+$" } } }, { a: "x1" }, "a must match the pattern ^[[:alpha:]]+$"],
  ["lengths count characters", { properties: { a: { maxLength: 1 } } }, { a: "😀" }, OK],
  ["items", { properties: { a: { items: { minimum: 2 } } } }, { a: [2, 1] }, "a[1] must be at least 2, it is 1"],
  ["prefixItems", { properties: { a: { prefixItems: [{ type: "string" }], items: false } } }, { a: ["x", 1] }, "a[1] is not allowed here"],
  ["anyOf tells all choices", { properties: { a: { anyOf: [{ type: "string" }, { type: "null" }] } } }, { a: 1 }, "a must meet one of 2 rules: a must be text, it is a whole number; or a must be null, it is a whole number"],
  ["oneOf met twice", { properties: { a: { oneOf: [{ minimum: 1 }, { minimum: 2 }] } } }, { a: 3 }, "a must meet one of 2 rules and no more, it meets numbers 1 and 2"],
  ["if, else", { ...D7, if: { required: ["c"] }, else: { required: ["b"] } }, { a: 1 }, 'values must have "b" (rule /else/required)'],
  ["uniqueItems", { properties: { a: { uniqueItems: true } } }, { a: [1, 2, 1.0] }, "a must have different items, items 0 and 2 are the same"],
  ["multiples of decimals", { properties: { a: { multipleOf: 0.1 } } }, { a: 0.3 }, OK],
  ["unevaluatedProperties", { allOf: [{ properties: { a: true } }], unevaluatedProperties: false }, { a: 1, b: 1 }, "b is not allowed here (rule /unevaluatedProperties)"],
  ["formats of draft 7", { ...D7, properties: { a: { format: "ipv4" } } }, { a: "1.2.3" }, "a must have the format ipv4"],
  ["formats of 2020-12 assert nothing", { properties: { a: { format: "ipv4" } } }, { a: "1.2.3" }, OK],
  ["$ref with escapes", { properties: { a: { $ref: "#/$defs/x~1y" } }, $defs: { "x/y": { type: "null" } } }, { a: 1 }, "a must be null, it is a whole number (rule /$defs/x~1y/type)"],
  ["$ref to an anchor", { properties: { a: { $ref: "#x" } }, $defs: { q: { $anchor: "x", type: "null" } } }, { a: 1 }, "a must be null"],
  ["$ref to an id", { $id: "https://example.com/root.json", properties: { a: { $ref: "sub.json" } }, $defs: { q: { $id: "sub.json", type: "null" } } }, { a: 1 }, "a must be null"],
  ["nothing beside a $ref counts in draft 7", { ...D7, properties: { a: { $ref: "#/definitions/x", type: "null" } }, definitions: { x: {} } }, { a: 1 }, OK],
  ["beside a $ref it counts in 2020-12", { properties: { a: { $ref: "#/$defs/x", type: "null" } }, $defs: { x: {} } }, { a: 1 }, "a must be null"],
  ["exclusiveMaximum of draft 4", { ...D4, properties: { a: { maximum: 2, exclusiveMaximum: true } } }, { a: 2 }, "a must be less than 2, it is 2"],
  ["keys of any name", { properties: JSON.parse('{"__proto__":{"type":"string"}}') as Json }, JSON.parse('{"__proto__":1}') as Json, "__proto__ must be text"],
])("%s", (_name, schema, values, expected) => {
  expect(check(schema, values)).toContain(expected);
});

test.each<[string, Json | string, string]>([
  ["that is no JSON", "{", "values.schema.json: is no JSON"],
  ["of an unknown draft", { $schema: "https://example.com/s" }, "values.schema.json:1: the schema cannot be used: /$schema: $schema"],
  ["with a keyword of a wrong kind", { properties: { a: { minLength: -1 } } }, "/properties/a/minLength: minLength must be a whole number of 0 or more"],
  ["with a pattern that Go does not read", { properties: { a: { pattern: "(?=x)" } } }, "/properties/a/pattern: error parsing regexp"],
  ["with a $ref to another host", { properties: { a: { $ref: "https://example.com/x.json#/y" } } }, "leads out of the schema; schemas are not fetched: copy what it names into definitions of this file"],
  ["with a $ref to a file", { $ref: "file:///etc/passwd" }, "leads out of the schema"],
  ["with a $ref to nothing", { $ref: "#/definitions/x" }, "leads nowhere"],
  ["that is a circle", { allOf: [{ $ref: "#" }] }, "values.schema.json: the schema refers to itself without an end"],
  ["that multiplies without an end", { $ref: "#/$defs/d0", $defs: Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`d${index}`, index === 39 ? { type: "object" } : { allOf: [{ $ref: `#/$defs/d${index + 1}` }, { $ref: `#/$defs/d${index + 1}` }] }])) }, "takes too much work"],
])("a schema %s is refused", (_name, schema, message) => {
  expect(check(schema, { a: 1 })).toContain(message);
});

test("a $ref to a urn allows everything, with a warning; one that is not used does not count", () => {
  const warnings: string[] = [];
  expect(check({ $ref: "urn:x:y", definitions: { a: { $ref: "https://example.com/x" } } }, { a: 1 }, warnings)).toBe(OK);
  expect(warnings).toEqual(['values.schema.json: $ref "urn:x:y" is not fetched; what it names is not checked']);
});

test("all violations of the chart and of its dependencies are told at once, and disabled dependencies are not looked at", () => {
  const files = {
    "Chart.yaml": chartYaml("app", "dependencies:\n- {name: s, version: 1.x}\n- {name: t, version: 1.x, condition: t.enabled}\n"),
    "values.yaml": "a: 1\ns: {x: text}\nt: {enabled: false}\n",
    "values.schema.json": '{"properties":{"a":{"type":"string"}},"required":["b"]}',
    ...within("charts/s", { "Chart.yaml": chartYaml("s"), "values.schema.json": '{"properties":{"x":{"type":"number"}}}' }),
    ...within("charts/t", { "Chart.yaml": chartYaml("t"), "values.schema.json": "false" }),
  };
  expect(problemOf(() => prepare(files)).split("\n")).toEqual([
    'values.schema.json: values do not meet the schema: values must have "b" (rule /required)',
    "values.schema.json: values do not meet the schema: a must be text, it is a whole number (rule /properties/a/type)",
    "charts/s/values.schema.json: values do not meet the schema: s.x must be a number, it is text (rule /properties/x/type)",
  ]);
});
