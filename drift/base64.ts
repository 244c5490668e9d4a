/** Base64 in the one form in which the server writes it (RFC 4648, section 4, without line breaks). Text that is no base64 at all is left as it is: the server refuses it, and says so. */
export function canonicalBase64(text: string): string {
  const bare = text.replaceAll(/[\r\n]/g, "");
  const canonical = Buffer.from(bare, "base64").toString("base64");
  return canonical.replaceAll("=", "") === bare.replaceAll("=", "") ? canonical : text;
}
