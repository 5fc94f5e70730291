export interface PageOptions {
  /** Such as `http://127.0.0.1:3000`. */
  readonly url: string;
  readonly functions: readonly string[];
}

/** What a browser sees at `/`: the functions, and a line to try each. */
export function renderPage({ url, functions }: PageOptions): string {
  const items = functions.map(
    (name) =>
      `<li><a href="/${escapeHtml(name)}?ext=jpg">/${escapeHtml(name)}</a> <code>curl '${escapeHtml(
        `${url}/${name}?ext=jpg`,
      )}'</code></li>`,
  );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>cos-direct-upload emulator</title>
<h1>cos-direct-upload emulator</h1>
<ul>
${items.join("\n")}
</ul>
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
