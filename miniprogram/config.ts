/**
 * Where the functions answer: the emulator that `npm start` brings up, or what `npm run deploy` prints as `config.ts`, your
 * own domain or one address for each function. This is all there is to change.
 */
export const ENDPOINT = "http://127.0.0.1:3000";
