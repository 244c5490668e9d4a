import { compareGoKeysV3 } from "../../../src/object/go-key-order.ts";
import { writeGoYamlOf, type YamlLayout, type YamlNode } from "../../../src/object/go-yaml-write.ts";
import { literalText, type TextPlace } from "../../../src/object/go-yaml-text.ts";
import { toBytes } from "./bytes.ts";
import { formatShortest } from "./format-float.ts";
import type { SpendText } from "./format.ts";
import { Meter } from "./format-meter.ts";
import { MarshalError, plainOf } from "./json.ts";
import { writeJson } from "./json-write.ts";
import { timeText } from "./time-text.ts";
import { GoList, GoMap, Integer, type GoValue } from "./value.ts";

/** What go-yaml does not read in the JSON that sigs.k8s.io/yaml hands it, and bytes that are no text. */
const UNREADABLE = /[\x7F-\x84\x86-\x9F\uFFFE\uFFFF]/;
const ORDINARY = /^[\n -~]*$/;
/** A line break to go-yaml, which JSON does not escape: it is folded. */
const NEXT_LINE = "\x85";
const NEXT_LINES = / *\x85[ \x85]*/g;
/** A key stands within so many characters of JSON, its quotes included; one this short does, whatever it escapes. */
const MAX_KEY = 1024;
const ALWAYS_SHORT = 170;
const LONE = /[\uD800-\uDFFF]/;
/** A value that is indented further is taken for one that contains itself. */
const MAX_INDENT = 1000;

/**
 * YAML as Go's sigs.k8s.io/yaml marshals a value, which goes by way of JSON: Helm's `toYaml`. Ends with a line break.
 * Throws Go's text for what JSON cannot hold, and where `spend` does.
 */
export function writeYaml(value: GoValue, spend?: SpendText): string {
  const meter = new Meter(spend);
  return writeGoYamlOf(value, (node: GoValue, indent): YamlNode => {
    meter.add(8 + indent);
    const plain = plainOf(node, indent > MAX_INDENT ? Infinity : 0);
    if (typeof plain === "string") return readable(meter.count(plain));
    return plain instanceof Map ? withReadableKeys(plain, meter) : plain;
  });
}

/** The map itself where all of its keys are read as they are. */
function withReadableKeys(map: ReadonlyMap<string, GoValue>, meter: Meter): ReadonlyMap<string, GoValue> {
  let isPlain = true;
  for (const key of map.keys()) {
    meter.add(key.length);
    if (key.length <= ALWAYS_SHORT && ORDINARY.test(key)) continue;
    if (key.includes(NEXT_LINE) || writeJson(key).length > MAX_KEY) throw new MarshalError("yaml: could not find expected ':'");
    if (readable(key) !== key) isPlain = false;
  }
  return isPlain ? map : new Map(Array.from(map, ([key, value]) => [readable(key), value]));
}

function readable(text: string): string {
  if (ORDINARY.test(text)) return text;
  if (UNREADABLE.test(text)) throw new MarshalError("yaml: control characters are not allowed");
  const folded = text.includes(NEXT_LINE) ? text.replace(NEXT_LINES, (lines) => "\n".repeat(lines.replaceAll(" ", "").length - 1) || " ") : text;
  return LONE.test(folded) ? folded.toWellFormed() : folded;
}

const PRETTY: YamlLayout = { indentsLists: true, folds: false, allowsTabs: true, tagged: binaryText, formatNumber: prettyNumber, compareKeys: compareGoKeysV3 };

/** YAML as go-yaml v3 encodes a value with an indent of 2: Helm's `toYamlPretty`. Ends with a line break. Throws for values that contain themselves. */
export function writePrettyYaml(value: GoValue, spend?: SpendText): string {
  const meter = new Meter(spend);
  return writeGoYamlOf(value, (node: GoValue, indent): YamlNode => {
    meter.add(8 + indent);
    meter.checkDepth(indent);
    return prettyNode(node, meter);
  }, PRETTY);
}

/** Bytes that are no text, in base 64; more of them than fit into a line stand below, line by line. */
function binaryText(text: string, place: TextPlace): string | undefined {
  if (text.isWellFormed()) return undefined;
  const encoded = Buffer.from(toBytes(text)).toString("base64");
  return `!!binary ${encoded.length < BINARY_LINE ? encoded : literalText(encoded.replaceAll(BINARY_LINES, "$&\n"), place)}`;
}

/** Characters of a line. */
const BINARY_LINE = 70;
const BINARY_LINES = /.{1,70}/g;

function prettyNode(value: GoValue, meter: Meter): YamlNode {
  if (typeof value === "string") return meter.count(value);
  if (value === null || typeof value !== "object") return value;
  if (value instanceof Integer) return timeText(value) ?? value.value;
  if (value instanceof GoMap) return value.entries;
  return value instanceof GoList ? value.items : prettyNode(value.toValue(), meter);
}

function prettyNumber(value: number | bigint): string {
  if (typeof value === "bigint") return value.toString();
  if (Number.isFinite(value)) return formatShortest(value);
  return Number.isNaN(value) ? ".nan" : value > 0 ? ".inf" : "-.inf";
}
