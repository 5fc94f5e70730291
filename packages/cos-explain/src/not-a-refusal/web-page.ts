import { knownBy } from "./recognizer.ts";

const CUSTOM_DOMAINS = "https://cloud.tencent.com/document/product/436/18424";

/** The pages that carriers and clouds in mainland China show in place of a site without an ICP filing. */
export const unfiledDomain = knownBy(
  /未(?:根据工信部相关法律规定进行|进行(?:ICP)?|完成(?:ICP)?)备案|dnspod\.qcloud\.com\/static\/webblock/i,
  "The domain has no ICP filing, so its carrier answers in its place. A domain that is served in mainland China needs one; COS's own host needs none.",
  CUSTOM_DOMAINS,
);

/** What readers of data say about an answer that begins with `<`. */
export const pageForData = knownBy(
  [
    // JSON: Chrome and Node.js, Go, Safari, Java's Jackson
    /Unexpected token '?<|invalid character '<' looking for|Unrecognized token '<'|Unexpected character \('<'/,
    // XML that is none: Amazon's SDK for JavaScript
    /char '.' is not expected/,
  ],
  "A program expected data and got a page: something else answers at this address, or what answers there has failed. Print the answer as text, and give that to this tool.",
);

/** What readers of JSON say about an answer that is empty, or begins with something else. */
export const noJson = knownBy(
  [
    // Python
    /\bExpecting value: line 1 column 1\b/,
    // JavaScript and Go
    /Unexpected end of JSON input|unexpected end of JSON input|in JSON at position 0\b|\bis not valid JSON\b/,
  ],
  "A program expected JSON and got nothing, or something else. Print the answer's status and text, and give them to this tool.",
);

/** The page itself, at the beginning of a line or a string. */
export const webPage = knownBy(
  /(?:^|["'`])[^\S\n]{0,200}<(?:!doctype\s+html|html)\b/im,
  "This is a web page, and COS's errors are XML: a proxy, a firewall, the login of a Wi-Fi or a wrong address answered in COS's place.",
);
