import { API_VERSION } from "../../api/group.ts";
import type { DriftChange } from "./changes.ts";
import type { ToldDrift } from "./reports.ts";

/**
 * For programs: `{apiVersion, kind: "DriftList", items: [{application: {namespace, name}, status}]}`; `status` is that of the
 * DriftReport, without `reverted` unless it is asked for. Sorted by namespace and name, members by the schema's order.
 */
export function asJson(told: readonly ToldDrift[], { reverted }: { readonly reverted: boolean }): string {
  const items = told.map(({ namespace, name, status: { reverted: history, ...status } }) => ({
    application: { namespace, name },
    status: { ...status, ...(reverted && history !== undefined ? { reverted: history } : {}) },
  }));
  return `${harmless(JSON.stringify({ apiVersion: API_VERSION, kind: "DriftList", items }, undefined, 2))}\n`;
}

/** One change on one line: `{type, application, finding}`. */
export function changeAsJson({ type, told: { namespace, name }, finding }: DriftChange): string {
  return `${harmless(JSON.stringify({ type, application: { namespace, name }, finding }))}\n`;
}

/** The same JSON with nothing that steers a terminal: what JSON leaves as it is, is escaped. */
const harmless = (text: string): string => text.replace(/[\u007F-\u009F\p{Bidi_Control}]/gu, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
