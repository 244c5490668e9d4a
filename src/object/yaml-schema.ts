import { Schema, Type } from "js-yaml";
import { readNumber, readScalar, ScalarError, type Dialect } from "./go-scalar.ts";

const TAG = "tag:yaml.org,2002:";

/** js-yaml asks each implicit type in turn; one type that answers for every plain scalar is what makes it fast. */
const plain = (dialect: Dialect): Type =>
  new Type(`${TAG}plain`, { kind: "scalar", resolve: () => true, construct: (text: string | null) => readScalar(text ?? "", dialect) });

const merge = new Type(`${TAG}merge`, { kind: "scalar", resolve: (text: unknown) => text === "<<" });

const text = (name: string): Type => new Type(`${TAG}${name}`, { kind: "scalar", construct: (value: string | null) => value ?? "" });

const number = (name: string): Type =>
  new Type(`${TAG}${name}`, { kind: "scalar", construct: (value: string | null) => demandNumber(value ?? "", name) });

const word = (name: string): Type =>
  new Type(`${TAG}${name}`, { kind: "scalar", construct: (value: string | null) => readScalar(value ?? "") });

const binary = new Type(`${TAG}binary`, {
  kind: "scalar",
  construct: (value: string | null) => Buffer.from(value ?? "", "base64").toString("utf8"),
});

/** Tags that Go does not know are ignored: the value is read as if they were not there. */
const unknown = (prefix: string): Type[] => [
  new Type(prefix, { kind: "scalar", multi: true, construct: (value: string | null) => value ?? "" }),
  new Type(prefix, { kind: "sequence", multi: true, construct: (value: unknown) => value ?? [] }),
  new Type(prefix, { kind: "mapping", multi: true, construct: (value: unknown) => value ?? {} }),
];

function demandNumber(value: string, name: string): number | bigint {
  const read = readNumber(value);
  if (read === undefined) throw new ScalarError(`!!${name} needs a number`);
  return read;
}

const schemaOf = (dialect: Dialect): Schema =>
  new Schema({
    implicit: [merge, plain(dialect)],
    explicit: [
      text("str"), text("timestamp"), number("int"), number("float"), word("bool"), word("null"), binary,
      new Type(`${TAG}seq`, { kind: "sequence", construct: (value: unknown) => value ?? [] }),
      new Type(`${TAG}map`, { kind: "mapping", construct: (value: unknown) => value ?? {} }),
      ...unknown("!"), ...unknown("tag:"),
    ],
  });

/** The schemas under which js-yaml reads what Go's readers read. */
export const GO_SCHEMAS: Readonly<Record<Dialect, Schema>> = { kubectl: schemaOf("kubectl"), kustomize: schemaOf("kustomize") };
