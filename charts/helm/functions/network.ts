import type { FunctionTable } from "../go/value.ts";
import { define, fn } from "./define.ts";

/** Sprig's one function on networks. Helm gives an empty text unless it is told to ask DNS; we never ask. */
export const NETWORK_FUNCTIONS: FunctionTable = define({ getHostByName: fn(["string"], () => "") });
