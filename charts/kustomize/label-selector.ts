/** A compiled label expression: asked with a way to look up a label. */
export type LabelSelector = (textOf: (name: string) => string | undefined) => boolean;

const MAX_LENGTH = 5000;

const NAME = "[A-Za-z0-9][-A-Za-z0-9_./]*";
const SET = new RegExp(`^(${NAME})\\s+(in|notin)\\s*\\(([^()]*)\\)$`);
const EQUALITY = new RegExp(`^(${NAME})\\s*(==|=|!=)\\s*([-A-Za-z0-9_./]*)$`);
const ORDER = new RegExp(`^(${NAME})\\s*([<>])\\s*(-?\\d+)$`);
const EXISTENCE = new RegExp(`^(!?)\\s*(${NAME})$`);

/** Parses `app=web,tier in (a, b),!legacy` (the grammar of Kubernetes label selectors). Throws Error where it is malformed. */
export function parseSelector(source: string): LabelSelector {
  if (source.length > MAX_LENGTH) throw new Error(`label selector is longer than ${MAX_LENGTH} characters`);
  const requirements = source.split(/,(?![^()]*\))/).map((part) => requirement(part.trim(), source));
  return (textOf) => requirements.every((holds) => holds(textOf));
}

function requirement(part: string, source: string): LabelSelector {
  const test = setRequirement(part) ?? equalityRequirement(part) ?? orderRequirement(part) ?? existenceRequirement(part);
  if (test === undefined) throw new Error(`"${source}" is not a label selector; "${part}" cannot be read`);
  return test;
}

function setRequirement(part: string): LabelSelector | undefined {
  const [, name, operator, list] = SET.exec(part) ?? [];
  if (name === undefined || list === undefined) return undefined;
  const values = new Set(list.split(",").map((value) => value.trim()));
  const isIn = operator === "in";
  return (textOf) => {
    const text = textOf(name);
    return text === undefined ? !isIn : values.has(text) === isIn;
  };
}

function equalityRequirement(part: string): LabelSelector | undefined {
  const [, name, operator, value] = EQUALITY.exec(part) ?? [];
  if (name === undefined) return undefined;
  return operator === "!=" ? (textOf) => textOf(name) !== value : (textOf) => textOf(name) === value;
}

function orderRequirement(part: string): LabelSelector | undefined {
  const [, name, operator, bound] = ORDER.exec(part) ?? [];
  if (name === undefined || bound === undefined) return undefined;
  return (textOf) => {
    const text = textOf(name);
    if (text === undefined || !/^-?\d+$/.test(text)) return false;
    return operator === ">" ? BigInt(text) > BigInt(bound) : BigInt(text) < BigInt(bound);
  };
}

function existenceRequirement(part: string): LabelSelector | undefined {
  const [, negation, name] = EXISTENCE.exec(part) ?? [];
  if (name === undefined) return undefined;
  return negation === "!" ? (textOf) => textOf(name) === undefined : (textOf) => textOf(name) !== undefined;
}
