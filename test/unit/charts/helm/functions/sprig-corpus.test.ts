import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { convertFunctions } from "../../../../../charts/helm/functions/convert.ts";
import { mathFunctions } from "../../../../../charts/helm/functions/math.ts";
import { partFunctions } from "../../../../../charts/helm/functions/parts.ts";
import { pathFunctions } from "../../../../../charts/helm/functions/paths.ts";
import { regexFunctions } from "../../../../../charts/helm/functions/regex.ts";
import { semverFunctions } from "../../../../../charts/helm/functions/semver.ts";
import { seriesFunctions } from "../../../../../charts/helm/functions/series.ts";
import { stringFunctions } from "../../../../../charts/helm/functions/strings.ts";
import { urlFunctions } from "../../../../../charts/helm/functions/urls.ts";
import { wordFunctions } from "../../../../../charts/helm/functions/words.ts";
import { define, variadic } from "../../../../../charts/helm/functions/define.ts";
import { GoList, GoMap, type GoFunction, type GoValue } from "../../../../../charts/helm/go/value.ts";
import { corpusPath } from "../../../../support/corpus.ts";
import { failure, run } from "../template/run.ts";

interface Case {
  readonly name: string;
  readonly template: string;
  readonly values: unknown;
  readonly expected: string;
}

/** Recorded on Windows: there path/filepath knows drives and backslashes, helm in the operator's place does not. */
const WINDOWS = /C:\\\\/u;
const path = corpusPath("sprig.json");
const cases = path === undefined ? [] : (JSON.parse(readFileSync(path, "utf8")) as { cases: Case[] }).cases; // the corpus' own form
const tuple = variadic([], "any", (items) => new GoList(items));
const functions = new Map<string, GoFunction>([
  ...define({ list: tuple, tuple }),
  ...stringFunctions,
  ...partFunctions,
  ...wordFunctions,
  ...convertFunctions,
  ...mathFunctions,
  ...seriesFunctions,
  ...regexFunctions,
  ...urlFunctions,
  ...pathFunctions,
  ...semverFunctions,
]);

function goValue(json: unknown): GoValue {
  if (Array.isArray(json)) return new GoList(json.map(goValue));
  if (typeof json === "object" && json !== null) return new GoMap(new Map(Object.entries(json).map(([key, value]) => [key, goValue(value)])));
  return typeof json === "string" || typeof json === "number" || typeof json === "boolean" ? json : null;
}

test.skipIf(path === undefined)("sprig's own cases of these functions come out as recorded", () => {
  const ours = cases.filter(({ template, values }) => !WINDOWS.test(template) && !failure(template, goValue(values), { functions }).endsWith(" not defined"));
  const wrong = ours.filter(({ template, values, expected }) => failure(template, goValue(values), { functions }) !== "no error" || run(template, goValue(values), { functions }) !== expected);
  expect(wrong).toEqual([]);
  expect(ours.length).toBeGreaterThan(90);
});
