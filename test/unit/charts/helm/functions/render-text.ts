import { helmFunctions } from "../../../../../charts/helm/helm-functions.ts";
import { type CallScope, GoMap, type GoValue } from "../../../../../charts/helm/go/value.ts";
import { RandomSource } from "../../../../../charts/helm/random.ts";
import { FREE, failure, run } from "../template/run.ts";

export const NOON = new Date("2026-11-22T12:00:00Z");

/** A scope with random bytes of its own; `now` is noon of a day unless said otherwise. */
export const scopeAt = (now: Date = NOON, identity = "uid"): CallScope => ({ ...FREE, now, random: new RandomSource(Buffer.alloc(32, 7), identity).ofTemplate("t.yaml") });

const functions = helmFunctions("v4");

/** What a template prints with all of Helm's functions. */
export const rendered = (template: string, data: GoValue = new GoMap(), scope: CallScope = scopeAt()): string => run(template, data, { functions, scope });

/** What calling a function fails with, in Go's words. */
export const failing = (template: string, data: GoValue = new GoMap(), scope: CallScope = scopeAt()): string => failure(template, data, { functions, scope }).replace(/^[^]*?error calling [^:]*: /, "");
