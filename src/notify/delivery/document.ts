import { isJsonObject } from "../../object/json.ts";
import type { EngineState } from "../episode/state.ts";
import type { DeliveryState } from "./state.ts";

/** All that is saved of one Notifier, in one text, so that what should be visible and what is are always of one moment. */
export interface Saved {
  /** What the records speak of; another one has nothing yet. */
  readonly destination: string;
  readonly engine: EngineState;
  readonly delivery: DeliveryState;
}

const VERSION = 1;

/** As it is saved. */
export const writeSaved = (saved: Saved): string => JSON.stringify({ version: VERSION, ...saved });

/** What was saved, or undefined where the text is none of ours, or of another version: then it begins anew. */
export function readSaved(text: string | undefined): Saved | undefined {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (!isJsonObject(value) || value["version"] !== VERSION || !isJsonObject(value["engine"]) || !isJsonObject(value["delivery"])) return undefined;
    return value as unknown as Saved; // written by writeSaved of this version, in a place that only the operator writes
  } catch {
    return undefined;
  }
}
