/**
 * Where the functions answer: the emulator that `npm start` brings up, or your own domain, such as
 * `https://upload.example.com`. This is the one line to change.
 */
export const ENDPOINT = "http://127.0.0.1:3000";
