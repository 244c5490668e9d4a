export { formatFloat, type FloatFormat } from "./format-float.ts";
export { parseBool, parseFloat, parseInt, parseUint } from "./parse-number.ts";
export { canBackquote, isPrintable, quote, quoteRune, quoteToAscii } from "./quote.ts";
export { unquote, unquoteChar, type UnquotedCharacter } from "./unquote.ts";
