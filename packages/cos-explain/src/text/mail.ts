/** Undoes quoted-printable, in which mails are stored. */
export function fromMail(text: string): string {
  if (!/^Content-Transfer-Encoding: quoted-printable/im.test(text)) return text;
  return text.replaceAll(/=\r?\n/g, "").replaceAll(/(?:=[\dA-F]{2})+/g, (escapes) => {
    const bytes = escapes.slice(1).split("=");
    return new TextDecoder().decode(Uint8Array.from(bytes, (digits) => Number.parseInt(digits, 16)));
  });
}
