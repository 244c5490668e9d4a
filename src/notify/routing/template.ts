import { mapFromJson } from "../../../charts/helm/go/json.ts";
import type { CallScope, FunctionTable } from "../../../charts/helm/go/value.ts";
import { convertFunctions } from "../../../charts/helm/functions/convert.ts";
import { DEFAULT_FUNCTIONS } from "../../../charts/helm/functions/defaults.ts";
import { DICT_FUNCTIONS } from "../../../charts/helm/functions/dicts.ts";
import { LIST_FUNCTIONS } from "../../../charts/helm/functions/lists.ts";
import { mathFunctions } from "../../../charts/helm/functions/math.ts";
import { stringFunctions } from "../../../charts/helm/functions/strings.ts";
import { wordFunctions } from "../../../charts/helm/functions/words.ts";
import { execute } from "../../../charts/helm/template/execute.ts";
import { parse } from "../../../charts/helm/template/parse.ts";
import type { Template } from "../../../charts/helm/template/template.ts";
import type { NotifierSpec } from "../../api/notifier.ts";
import { messageOf } from "../../errors.ts";
import type { JsonObject } from "../../object/json.ts";
import type { MessageContent } from "../message.ts";

/** A message in the words of a Notifier's own, or why it stays in ours. */
export interface Worded {
  readonly content: MessageContent;
  readonly problem: string | undefined;
}

/** The templates of a Notifier, and what is wrong with them, each with its place in the spec. */
export interface CompiledTemplate {
  /** Puts the Notifier's own title and body into a message. One that fails leaves the message as it was: none is lost. */
  word(content: MessageContent): Worded;
  readonly problems: readonly string[];
}

/** Work and text of one message; about a tenth of a second. */
const MAX_UNITS = 100_000;
const MAX_CHARACTERS = 64_000;
const MAX_LINES = 40;

/** What no clock, no random number and no cluster has a part in: equal episodes read alike. */
const FUNCTIONS: FunctionTable = new Map([...stringFunctions, ...wordFunctions, ...DEFAULT_FUNCTIONS, ...LIST_FUNCTIONS, ...DICT_FUNCTIONS, ...mathFunctions, ...convertFunctions]);

/** Reads `spec.template`: Go templates over `.episode`, see templateData, with the string, list, map and number functions of Helm's charts. */
export function compileTemplate({ template = {} }: Pick<NotifierSpec, "template">): CompiledTemplate {
  const problems: string[] = [];
  const title = read("title", template.title, problems);
  const body = read("body", template.body, problems);
  if (title === undefined && body === undefined) return { word: (content) => ({ content, problem: undefined }), problems };
  return { problems, word: (content) => word(content, title, body) };
}

type Templates = ReadonlyMap<string, Template>;

function read(name: "title" | "body", text: string | undefined, problems: string[]): Templates | undefined {
  if (text === undefined) return undefined;
  try {
    return parse(name, text, (called) => FUNCTIONS.has(called));
  } catch (error) {
    problems.push(`spec.template.${name}: ${messageOf(error)}`);
    return undefined;
  }
}

function word(content: MessageContent, title: Templates | undefined, body: Templates | undefined): Worded {
  const data = mapFromJson({ episode: templateData(content) });
  const run = (name: string, templates: Templates): string => execute(templates.get(name) as Template, data, { templates, functions: FUNCTIONS, scope: scopeOf(content) }).trim(); // parse gives the file's own template under its name
  try {
    const lines = body === undefined ? content.lines : run("body", body).split("\n").slice(0, MAX_LINES);
    const first = title === undefined ? content.title : run("title", title).replaceAll(/\s*\n\s*/g, " ");
    return { content: { ...content, title: first === "" ? content.title : first, lines }, problem: undefined };
  } catch (error) {
    return { content, problem: `spec.template fails, and the message went out in Driftless' own words: ${messageOf(error)}` };
  }
}

/** `.episode`: what a message holds, with its fields by name: `{{ .episode.fields.revision }}`. */
function templateData({ fields, lines, subjects, commit = "", ...rest }: MessageContent): JsonObject {
  return { ...rest, commit, lines: [...lines], subjects: [...subjects], fields: Object.fromEntries(fields.map(({ name, value }) => [name, value])) };
}

function scopeOf({ updatedAt }: MessageContent): CallScope {
  let [units, characters] = [MAX_UNITS, MAX_CHARACTERS];
  return {
    spend: (more) => void ((units -= more) < 0 && stop("takes too much work")),
    spendText: (more) => void ((characters -= more) < 0 && stop("makes too much text")),
    now: new Date(updatedAt),
    random: (count) => new Uint8Array(count),
    renewAt: () => undefined,
  };
}

function stop(what: string): never {
  throw new Error(`it ${what}; look for a range that multiplies`);
}
