import { measureAuthors } from "./bench/drift/authors.ts";
for (const row of await measureAuthors((text) => console.error("#", text))) console.log(JSON.stringify(row));
