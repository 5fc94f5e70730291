/** A text from outside, made fit for a message. */
export function shown(text: string): string {
  return JSON.stringify(text.slice(0, 40).replace(/[^\x20-\x7e]/g, "?"));
}
