import { GoList, type CallScope, type FunctionTable, type GoFunction, type GoValue } from "../go/value.ts";
import { define, fn } from "./define.ts";
import { compilePattern, mustCompilePattern, PatternError, type Pattern } from "./regex-compile.ts";
import { findAll, hasMatch, Search } from "./regex-find.ts";
import { expandTemplate, parseTemplate } from "./regex-template.ts";
import { joinTexts } from "./text.ts";

type Compile = (text: string, scope: CallScope) => Pattern;

/** Sprig's functions on regular expressions (RE2's syntax). A bad pattern is an error, but for regexMatch, which is false. */
export const regexFunctions: FunctionTable = define({
  regexMatch: fn(["string", "string"], matchOrNot),
  mustRegexMatch: fn(["string", "string"], (pattern, text, scope) => hasMatch(compilePattern(pattern, scope), text, scope)),
  regexQuoteMeta: fn(["string"], (text) => text.replaceAll(META, "\\$&")),
  ...both("RegexFind", find),
  ...both("RegexFindAll", list),
  ...both("RegexReplaceAll", replace),
  ...both("RegexReplaceAllLiteral", replaceLiteral),
  ...both("RegexSplit", split),
});

const META = /[\\.+*?()|[\]{}^$]/gu;

/** A function under its name and with `must` before it; they differ in the text of the error. */
function both(name: string, make: (compile: Compile) => Omit<GoFunction, "name">): Record<string, Omit<GoFunction, "name">> {
  return { [`r${name.slice(1)}`]: make(mustCompilePattern), [`must${name}`]: make(compilePattern) };
}

function matchOrNot(pattern: string, text: string, scope: CallScope): boolean {
  try {
    return hasMatch(compilePattern(pattern, scope), text, scope);
  } catch (error) {
    if (error instanceof PatternError) return false;
    throw error;
  }
}

function find(compile: Compile): Omit<GoFunction, "name"> {
  return fn(["string", "string"], (pattern, text, scope) => {
    const match = new Search(compile(pattern, scope), text, scope).from(0);
    return match === undefined ? "" : text.slice(...match);
  });
}

function list(compile: Compile): Omit<GoFunction, "name"> {
  return fn(["string", "string", "int"], (pattern, text, limit, scope) => {
    const found = findAll(new Search(compile(pattern, scope), text, scope), limit);
    return texts(found.map(([start, end]) => text.slice(start, end)), scope);
  });
}

function replace(compile: Compile): Omit<GoFunction, "name"> {
  return fn(["string", "string", "string"], (pattern, text, replacement, scope) => {
    scope.spend(replacement.length / 2);
    const template = parseTemplate(replacement);
    return replaceAll(new Search(compile(pattern, scope), text, scope), (search) => expandTemplate(template, search), scope);
  });
}

function replaceLiteral(compile: Compile): Omit<GoFunction, "name"> {
  return fn(["string", "string", "string"], (pattern, text, replacement, scope) => replaceAll(new Search(compile(pattern, scope), text, scope), () => replacement, scope));
}

/** All matches replaced; an empty one right behind another is left alone. */
function replaceAll(search: Search, replacement: (search: Search) => string, scope: CallScope): string {
  const out: string[] = [];
  const { text } = search;
  let lastEnd = 0;
  for (let at = 0; at <= text.length; ) {
    const match = search.from(at);
    if (match === undefined) break;
    const [start, end] = match;
    const by = end > lastEnd || start === 0 ? replacement(search) : "";
    scope.spendText(start - lastEnd + by.length);
    out.push(text.slice(lastEnd, start), by);
    lastEnd = end;
    at = Math.max(search.after(at), end);
  }
  return lastEnd === 0 && out.length === 0 ? text : joinTexts([...out, text.slice(lastEnd)]);
}

/** The texts between matches, at most `limit` (all where negative). */
function split(compile: Compile): Omit<GoFunction, "name"> {
  return fn(["string", "string", "int"], (pattern, text, limit, scope) => {
    const search = new Search(compile(pattern, scope), text, scope);
    if (limit === 0) return texts([], scope);
    if (pattern !== "" && text === "") return texts([""], scope);
    const parts: string[] = [];
    let [begin, last] = [0, 0];
    for (const [start, end] of findAll(search, limit)) {
      if (limit > 0 && parts.length === limit - 1) break;
      last = start;
      if (end !== 0) parts.push(text.slice(begin, start));
      begin = end;
    }
    if (last !== text.length) parts.push(text.slice(begin));
    return texts(parts, scope);
  });
}

function texts(parts: readonly GoValue[], scope: CallScope): GoList {
  scope.spendText(parts.length);
  return new GoList(parts, "[]string", parts.length === 0);
}
