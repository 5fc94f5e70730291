export { systemLanguage } from "./language";
export type { Language } from "./messages";
export { messageFor } from "./messages";
export type { Session } from "./session";
export { createSession } from "./session";
export * from "./uploader";
