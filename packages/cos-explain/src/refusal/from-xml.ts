import { XMLParser } from "fast-xml-parser";
import { object, safeParse } from "valibot";
import { TextMembers } from "../text/json.ts";
import type { Elements } from "./elements.ts";
import { findMessage } from "./sentences.ts";

const parser = new XMLParser({
  parseTagValue: false,
  trimValues: false,
  ignoreAttributes: true,
  // Programs that write XML again may write line ends as `&#10;`.
  htmlEntities: true,
});

const ErrorDocument = object({ Error: TextMembers });

/** COS's XML, whole or cut. Searches for its two ends, since a pattern over all of a long log takes forever. */
export function fromXml(text: string): Elements | undefined {
  const xml = /<error>\s{0,20}<code>/.test(text) ? withNamesOfCos(text) : text;
  const end = xml.indexOf("</Error>");
  const start = end < 0 ? -1 : xml.lastIndexOf("<Error", end);
  return (start < 0 ? undefined : parsed(xml.slice(start, end + "</Error>".length))) ?? fromCutXml(xml);
}

/** Restores the case of element names, which HTML parsers write in lower case. */
function withNamesOfCos(text: string): string {
  const names = [
    "Error",
    "Code",
    "Message",
    "StringToSign",
    "FormatString",
    "ServerTime",
    "Resource",
    "RequestId",
  ];
  return names.reduce(
    (rest, name) => rest.replace(new RegExp(`<(/?)${name.toLowerCase()}>`, "g"), `<$1${name}>`),
    text,
  );
}

function parsed(xml: string): Elements | undefined {
  try {
    const { success, output } = safeParse(ErrorDocument, parser.parse(xml));
    return success ? new Map(Object.entries(output.Error)) : undefined;
  } catch {
    return undefined;
  }
}

/** A log that cuts long lines keeps their beginning or their end: the complete elements in it are read. */
function fromCutXml(text: string): Elements | undefined {
  const start = text.search(/<(?:Code|Message|StringToSign|FormatString)>[^<]+<\//);
  if (start < 0) return undefined;
  const whole = [...text.slice(start).matchAll(/<(\w+)>([^<]*)<\/\1>/g)].map(([element]) => element);
  const elements = parsed(`<Error>${whole.join("")}</Error>`);
  if (elements === undefined || elements.has("Code")) return elements;
  // Only a refused signature has these lines.
  const code = elements.has("FormatString")
    ? "SignatureDoesNotMatch"
    : findMessage(elements.get("Message") ?? "")?.code;
  return code === undefined ? undefined : new Map([...elements, ["Code", code]]);
}
