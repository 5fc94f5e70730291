/** An offset, and up to 16 bytes in ones or twos; what follows is the same as characters. */
const ROW =
  /^[ \t]{0,8}(?:0x)?([\da-f]{4,16}):?[ \t]{1,4}((?:(?:[\da-f]{2}){1,2} {1,2}){0,15}(?:[\da-f]{2}){1,2})(?![^\s|])/i;

interface Row {
  readonly line: string;
  readonly offset: number;
  readonly bytes: readonly number[];
}

/**
 * The text in what xxd, `hexdump -C`, Wireshark, PowerShell and others print of bytes, in place of the rows. Any other
 * text is returned unchanged.
 */
export function fromHexDump(text: string): string {
  const out: string[] = [];
  let rows: Row[] = [];
  const finish = () => {
    out.push(...contentOf(rows));
    rows = [];
  };
  for (const line of text.split(/\r?\n/)) {
    const [, offset, hex = ""] = ROW.exec(line) ?? [];
    if (offset === undefined) {
      finish();
      out.push(line);
    } else {
      rows.push({ line, offset: Number.parseInt(offset, 16), bytes: bytesOf(hex) });
    }
  }
  finish();
  return out.join("\n");
}

/** Rows are a dump if each offset is as far from the next as the row is long: the characters may look like more. */
function contentOf(rows: readonly Row[]): string[] {
  const lines = rows.map(({ line }) => line);
  const [first, second] = rows;
  if (first === undefined || second === undefined) return lines;
  const width = second.offset - first.offset;
  const isDump = rows.every(
    ({ offset, bytes }, index) =>
      offset === first.offset + index * width && (bytes.length >= width || index === rows.length - 1),
  );
  if (!isDump) return lines;
  const bytes = rows.flatMap((row) => row.bytes.slice(0, width));
  return [new TextDecoder().decode(Uint8Array.from(bytes))];
}

function bytesOf(hex: string): number[] {
  return (hex.replaceAll(" ", "").match(/../g) ?? []).map((digits) => Number.parseInt(digits, 16));
}
