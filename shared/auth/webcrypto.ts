import { webcrypto } from "node:crypto";

// jose uses the global, which Node 18 has only behind a flag.
globalThis.crypto ??= webcrypto;
