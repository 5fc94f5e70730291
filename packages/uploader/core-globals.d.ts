/** The only globals that the core uses in addition to the language itself. Every platform has them. */
declare function setTimeout(run: () => void, ms: number): unknown;
declare function clearTimeout(id: unknown): void;
declare const console: { error(...values: readonly unknown[]): void };
