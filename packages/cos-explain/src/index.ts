export { AnswerUnreadable, answersOf, parseAnswers } from "./answer.ts";
export { isExplained } from "./cause.ts";
export { type CauseOfKind, decodeCause, type EmulatorCause, encodeCause } from "./emulator-cause.ts";
export { explain } from "./explain.ts";
export type { Comparison, Explanation, Line } from "./explanation.ts";
export { parseRequest } from "./parse-request.ts";
export { type RefusalElements, readRefusal } from "./refusal.ts";
export { RequestUnreadable, requestOf } from "./request.ts";
export { bytes } from "./text.ts";
