/**
 * The address of the functions: the emulator that `npm start` runs, or what `npm run deploy` prints as `config.ts`, which is
 * your own domain or one address for each function. You need not change anything else.
 */
export const ENDPOINT = "http://127.0.0.1:3000";
