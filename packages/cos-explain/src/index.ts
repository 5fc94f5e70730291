export { AnswerUnreadable, answersOf, parseAnswers } from "./answer/answer.ts";
export { isExplained } from "./cause/cause.ts";
export { type CauseOfKind, decodeCause, type EmulatorCause, encodeCause } from "./cause/emulator-cause.ts";
export type { Comparison, Explanation, Line } from "./cause/explanation.ts";
export { explain } from "./explain.ts";
export { type RefusalElements, readRefusal } from "./refusal/refusal.ts";
export { parseRequest } from "./request/parse-request.ts";
export { RequestUnreadable, requestOf } from "./request/request.ts";
export { bytes } from "./text/text.ts";
