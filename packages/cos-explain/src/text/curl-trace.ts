/** `== Info: …`, `=> Send header, 85 bytes (0x55)`, `<= Recv data, 400 bytes (0x190)`; a time may precede them. */
const SECTION =
  /^(?:[\d:.]+ )?(?:== Info: (?<info>.*)|(?<arrow>=>|<=) (?:Send|Recv) (?<kind>[\w ]+), \d+ bytes \(0x[\da-f]+\))$/;
/** `0040: ` and what it holds: characters, or 16 bytes in hexadecimal followed by the same as characters. */
const ROW = /^([\da-f]{4,}): (.*)$/;
const HEX = /^((?:[\da-f]{2} ){1,16})(?: {3}){0,15}/;
const HEX_WIDTH = 48;

/**
 * What `curl --trace` or `--trace-ascii` wrote, as `curl -v` prints it. Any other text is returned unchanged.
 * `--trace-ascii` writes a line end that is only a line feed, as those in COS's XML are, as a dot.
 */
export function fromCurlTrace(text: string): string {
  if (!/^(?:[\d:.]+ )?(?:=>|<=) (?:Send|Recv) /m.test(text)) return text;
  const out: string[] = [];
  let mark = "";
  let rows: string[] = [];
  const finish = () => {
    if (rows.length > 0)
      out.push(
        ...contentOf(rows)
          .split(/\r?\n/)
          .map((line) => `${mark}${line}`),
      );
    rows = [];
  };
  for (const line of text.split(/\r?\n/)) {
    const section = SECTION.exec(line)?.groups;
    if (section === undefined) {
      if (ROW.test(line)) rows.push(line);
      continue;
    }
    finish();
    const { info, arrow, kind = "" } = section;
    if (info !== undefined) out.push(`* ${info}`);
    mark = kind.endsWith("header") ? `${arrow === "=>" ? ">" : "<"} ` : "";
  }
  finish();
  return out.join("\n");
}

function contentOf(rows: readonly string[]): string {
  const parts = rows.map((row) => {
    const [, offset = "", content = ""] = ROW.exec(row) ?? [];
    return { offset: Number.parseInt(offset, 16), content };
  });
  const bytes = parts.map(({ content }) => bytesOf(content));
  if (bytes.every((some) => some !== undefined))
    return new TextDecoder().decode(Uint8Array.from(bytes.flat()));
  // Of a line end with a carriage return, the offsets are left.
  return parts
    .map(({ offset, content }, index) => {
      const next = parts[index + 1]?.offset;
      return next === offset + content.length + 2 ? `${content}\n` : content;
    })
    .join("");
}

function bytesOf(content: string): readonly number[] | undefined {
  const [whole, hex = ""] = HEX.exec(content) ?? [];
  if (whole?.length !== HEX_WIDTH) return undefined;
  return hex
    .trim()
    .split(" ")
    .map((digits) => Number.parseInt(digits, 16));
}
