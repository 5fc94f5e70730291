/** Sets what `axios(options)` does in the bundle. */
export declare function connect(transport: (options: object) => Promise<{ data: unknown }>): void;
