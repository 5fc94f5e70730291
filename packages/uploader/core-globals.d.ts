/** All that the core uses of its surroundings, besides the language: every platform has it. */
declare function setTimeout(run: () => void, ms: number): unknown;
declare function clearTimeout(id: unknown): void;
declare const console: { error(...values: readonly unknown[]): void };
