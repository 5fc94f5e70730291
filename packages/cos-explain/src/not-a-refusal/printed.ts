import { knownBy } from "./recognizer.ts";

/** What programs print of an error whose parts are not enumerable, or of none. */
export const printedWithoutParts = knownBy(
  // Alone, or at the end of a program's own words.
  [
    /^\s*(?:\{\s*\}|undefined|null|(?:Error: ?)?\[object \w+\])\s*$/,
    /(?:[:：=]|\bfail)\s{0,3}["'`]?\[object (?:Object|Error)\]["'`]?(?=\s*[)}\],;]*\s*$)/m,
  ],
  "This is all that a program printed of an error. Print its parts: console.log(JSON.stringify(err)), and of an Error err.message and err.stack, which JSON leaves out.",
);

/** A browser's console shows the two ends of a long string. */
export const cutByConsole = knownBy(
  /<\?xml(?:(?!<\/Error>)[\s\S]){0,200}…/,
  "The console has cut the middle out of COS's answer. Print all of it, as with console.log(JSON.stringify(res)).",
);

export const cutInCode = knownBy(
  /<Code>\s{0,20}\w{0,60}…?["'\s]{0,20}$/,
  "COS's answer is cut off in its code. Give all of it: terminals and logs have limits, and the program's own output has it whole.",
);

/** An answer whose body was asked for, or printed, as bytes. WeChat's turn into `{}` in JSON. */
export const printedAsBytes = knownBy(
  [
    /<Buffer (?:[\da-f]{2} ){5}/,
    /\bbytes = 0x3c(?:3f|45)/,
    /\b(?:ArrayBuffer|Uint8Array) ?[({]/,
    /["']data["']\s*:\s*\{\s*\}(?=[^\n]{0,2000}["']statusCode["']\s*:\s*[45])/,
  ],
  "The answer was printed as bytes. Print it as text, as String(buffer) does in Node.js, and new TextDecoder().decode(data) in browsers.",
);

/** Programs that keep what COS answered from their output. */
export const writtenToFile = knownBy(
  /\bcoscli_output\b/,
  "coscli has written what COS answered into a file in the folder coscli_output, which its last line names: give that to this tool.",
);

/** A browser translates the words of COS's answer with the rest of the page. */
export const translated = knownBy(
  /<Code>\s{0,20}[\u3400-\u9fff]/,
  "COS's code and message are English: the browser has translated them. Show the original, and give that to this tool.",
);
