import { readInteger, readNumber, readScalar, ScalarError, type Dialect, type Scalar } from "./go-scalar.ts";
import { readTimestamp } from "./go-timestamp.ts";

/** Reads a text with a tag as Go does: the tags of YAML demand a type, others leave it a text. Throws ScalarError where the text is of another type. */
export function readTagged(text: string, isPlain: boolean, tag: string, dialect: Dialect): Scalar {
  if (tag === "!") return isPlain && dialect === "kustomize" ? readScalar(text, dialect) : text;
  if (tag === "!!binary") return decode(text);
  if (tag === "!!int" || tag === "!!float") return readNumeric(text, tag, dialect);
  if (tag === "!!bool") return demand(readScalar(text, dialect), "boolean", tag);
  if (tag === "!!null") return readScalar(text, dialect) === null ? null : refuse(tag);
  if (tag === "!!timestamp") return readTime(text, dialect);
  return text;
}

function readNumeric(text: string, tag: string, dialect: Dialect): number | bigint {
  return (tag === "!!int" ? readInteger(text.replaceAll("_", ""), dialect) : readNumber(text, dialect)) ?? refuse(tag);
}

const demand = (value: Scalar, type: string, tag: string): Scalar => (typeof value === type ? value : refuse(tag));

function readTime(text: string, dialect: Dialect): string {
  const time = readTimestamp(text) ?? refuse("!!timestamp");
  return dialect === "kustomize" ? time : text;
}

function refuse(tag: string): never {
  throw new ScalarError(`value is not what its tag ${tag} says; leave the tag out, or write what it asks for`);
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

function decode(text: string): string {
  const digits = text.replaceAll(/[\r\n]/g, "");
  if (!BASE64.test(digits)) throw new ScalarError("!!binary needs a text in base64");
  return Buffer.from(digits, "base64").toString("utf8");
}
