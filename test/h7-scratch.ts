import { measureContention } from "./bench/drift/author-contention.ts";
for (const row of await measureContention((text) => console.error("#", text))) console.log(JSON.stringify(row));
