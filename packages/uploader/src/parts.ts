/** Uploads large files in parts, with pause and resume. */

export type { Pauser } from "./parts/pauser";
export { createPauser } from "./parts/pauser";
export { parts } from "./parts/upload";
