/** Where a dotenv file says something else than its author meant: names and line numbers, never values. */
export interface DotenvDoubts {
  /** Names whose values are cut off at a `#` without a space before it: the rest is read as a comment. */
  readonly cut: readonly string[];
  /** Names whose values go on with another setting, `NAME=…`, on the same line. */
  readonly joined: readonly string[];
  /** Names that occur with different values; the last one counts. */
  readonly twice: readonly string[];
  /** The numbers of lines that set nothing and are neither blank nor a comment, from 1. */
  readonly unread: readonly number[];
}

/** A setting, as dotenv 16 finds it. */
const SETTING =
  /^\s*(?:export\s+)?(?<name>[\w.-]+)(?:\s*=\s*?|:\s+?)(?<value>\s*'(?:\\'|[^'])*'|\s*"(?:\\"|[^"])*"|\s*`(?:\\`|[^`])*`|[^#\r\n]+)?(?<rest>\s*(?:#.*)?)$/gm;

/** Looks for what dotenv reads without a warning. */
export function dotenvDoubts(file: string): DotenvDoubts {
  const text = file.replace(/^\uFEFF/, "").replaceAll(/\r\n?/g, "\n");
  const values = new Map<string, Set<string>>();
  const cut = new Set<string>();
  const joined = new Set<string>();
  const unread: number[] = [];
  let end = 0;
  const passOver = (to: number) => {
    const before = text.slice(0, end).split("\n").length;
    for (const [i, line] of text.slice(end, to).split("\n").entries()) {
      if (/^\s*[^\s#]/.test(line)) unread.push(before + i);
    }
  };
  for (const { 0: whole, index, groups: { name = "", value = "", rest = "" } = {} } of text.matchAll(
    SETTING,
  )) {
    passOver(index);
    end = index + whole.length;
    const isQuoted = /^\s*(['"`]).*\1$/s.test(value);
    if (!isQuoted && rest.startsWith("#") && /\S$/.test(value)) cut.add(name);
    if (!isQuoted && /[\s;,]["']?[A-Z][A-Z0-9]*_[A-Z0-9_]+=/.test(value)) joined.add(name);
    values.set(name, (values.get(name) ?? new Set()).add(value.trim()));
  }
  passOver(text.length);
  const twice = [...values].filter(([, set]) => set.size > 1).map(([name]) => name);
  return { cut: [...cut], joined: [...joined], twice, unread };
}
