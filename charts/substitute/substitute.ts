import { ReconcileError } from "../../src/errors.ts";
import { readScalar } from "../../src/object/go-scalar.ts";
import { isJsonObject, type Json, type JsonObject } from "../../src/object/json.ts";
import type { Spend } from "../budget.ts";
import type { Draft } from "../check-objects.ts";
import { isText } from "./text-fields.ts";
import { mayHoldVariable, parseTemplate, type Piece, TemplateError } from "./template.ts";

/** A value of a variable. */
export interface VariableValue {
  readonly value: string;
  /** It comes from a Secret: it is never shown. */
  readonly secret: boolean;
}

/** The variables of an Application by name. */
export type Variables = ReadonlyMap<string, VariableValue>;

/** Annotations and labels by which an object keeps its texts as they are. */
const OURS = "driftless.dev/substitute";
const FLUXS = "kustomize.toolkit.fluxcd.io/substitute";

/**
 * Puts the values of variables into the texts of rendered objects, keys of maps included. Every variable that is missing
 * is a problem, with the object and field where it stands. What comes from Secrets is noted on the draft.
 */
export function substitute(drafts: readonly Draft[], variables: Variables, problems: ReconcileError[], spend: Spend): Draft[] {
  return drafts.map((draft) => {
    const opinion = opinionOf(draft.value);
    if (opinion === "disabled") return draft;
    const pass = new Pass(variables, draft, spend);
    if (opinion !== undefined && opinion !== "enabled") pass.problem(`${OURS} is neither "disabled" nor "enabled"`, ["metadata", "annotations"]);
    const value = pass.map(draft.value, []);
    problems.push(...pass.problems);
    return value === draft.value ? draft : { ...draft, value: value as JsonObject, ...(pass.secrets.size === 0 ? {} : { secrets: [...pass.secrets] }) }; // a map stays a map
  });
}

/** What the object's own annotation or label says; of Flux's only "disabled" counts, since Flux takes no note of anything else. */
function opinionOf({ metadata }: JsonObject): Json | undefined {
  if (!isJsonObject(metadata)) return undefined;
  const marks = [metadata["annotations"], metadata["labels"]].filter((mark) => isJsonObject(mark));
  return marks.some((mark) => mark[FLUXS] === "disabled") ? "disabled" : marks.map((mark) => mark[OURS]).find((value) => value !== undefined);
}

type Path = readonly (string | number)[];

/** One object being gone through. */
class Pass {
  readonly problems: ReconcileError[] = [];
  readonly secrets = new Set<string>();
  readonly #variables: Variables;
  readonly #draft: Draft;
  readonly #spend: Spend;

  constructor(variables: Variables, draft: Draft, spend: Spend) {
    this.#variables = variables;
    this.#draft = draft;
    this.#spend = spend;
  }

  map(value: Json, path: Path): Json {
    if (typeof value === "string") return mayHoldVariable(value) ? this.#scalar(value, path) : value;
    if (Array.isArray(value)) return this.#list(value as Json[], path); // Json lists are lists of Json
    return isJsonObject(value) ? this.#object(value, path) : value;
  }

  #list(list: readonly Json[], path: Path): Json {
    const mapped = list.map((item, index) => this.map(item, [...path, index]));
    return mapped.some((item, index) => item !== list[index]) ? mapped : list;
  }

  #object(object: JsonObject, path: Path): Json {
    let changed = false;
    const entries = Object.entries(object).map(([key, value]): [string, Json | undefined] => {
      const name = mayHoldVariable(key) ? this.#text(key, path) : key;
      const next = value === undefined ? value : this.map(value, [...path, key]); // the place as it is written: what is put in may be secret
      changed ||= name !== key || next !== value;
      return [name, next];
    });
    return changed ? Object.fromEntries(entries) : object;
  }

  /** What comes out is read as YAML reads it: a number where the field may be one (`replicas: ${COUNT}`), a text where it is in quotes. */
  #scalar(text: string, path: Path): Json {
    const result = this.#text(text, path);
    if (result === text) return text;
    const quoted = unquoted(result);
    if (quoted !== undefined) return quoted;
    if (isText(this.#draft.value, path) || result.includes("\n")) return result;
    try {
      return readScalar(result);
    } catch {
      return result; // `.inf` is a text where it is no number
    }
  }

  #text(text: string, path: Path): string {
    this.#spend(text.length / 100);
    try {
      return this.#fill(parseTemplate(text), path);
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      this.problem(error.message, path);
      return text;
    }
  }

  #fill(pieces: readonly Piece[], path: Path): string {
    return pieces.map((piece) => {
      if (typeof piece === "string") return piece;
      const known = this.#variables.get(piece.name);
      if (known !== undefined && (known.value !== "" || !piece.orEmpty)) return this.#use(known, piece.name, path);
      if (piece.fallback !== undefined) return this.#fill(piece.fallback, path);
      if (known !== undefined) return "";
      this.problem(`variable ${piece.name} is not set; set it in spec.render.substitute, give it a default (\${${piece.name}:-…}), write $\${${piece.name}} where text is meant, or annotate the object with driftless.dev/substitute: disabled`, path);
      return "";
    }).join("");
  }

  #use({ value, secret }: VariableValue, name: string, path: Path): string {
    this.#spend(value.length / 10);
    if (secret && isIdentity(path)) this.problem(`variable ${name} comes from a Secret, and what names an object is shown everywhere; take it from a ConfigMap, or from vars`, path);
    if (secret && value !== "") this.secrets.add(value);
    return value;
  }

  /** Notes what is wrong with the object, at a field. */
  problem(message: string, path: Path): void {
    const { value, origin } = this.#draft;
    const { kind, metadata } = value as { kind?: Json; metadata?: { name?: Json } }; // any member may be anything
    const name = `${typeof kind === "string" ? kind : "object"} ${typeof metadata?.name === "string" ? metadata.name : ""}`.trimEnd();
    this.problems.push(new ReconcileError("BUILD_FAILED", `${name}, ${formatPath(path)}: ${message}`, { position: { file: origin.file, line: origin.line } }));
  }
}

/** Fields by which an object is told from others. */
const isIdentity = ([first, second, ...rest]: Path): boolean => (second === undefined ? first === "kind" || first === "apiVersion" : first === "metadata" && rest.length === 0 && (second === "name" || second === "namespace"));

/** The text inside quotes that enclose all of it. */
function unquoted(text: string): string | undefined {
  if (/^'(?:[^']|'')*'$/.test(text)) return text.slice(1, -1).replaceAll("''", "'");
  if (!/^"(?:[^"\\]|\\.)*"$/.test(text)) return undefined;
  try {
    return JSON.parse(text) as string; // a JSON text in double quotes
  } catch {
    return undefined;
  }
}

/** `data.config[2]` */
const formatPath = (path: Path): string => path.map((step, index) => (typeof step === "number" ? `[${step}]` : index === 0 ? step : `.${step}`)).join("") || "a key";
