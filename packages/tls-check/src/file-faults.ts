/** What is wrong with a file, and how to mend it. */
export interface FileFault {
  readonly fault: string;
  readonly fix: string;
}

/** What a file is that holds neither PEM nor DER, whether a certificate or a key was wanted; undefined for any other. */
export function containerFault(content: Buffer, file: string): FileFault | undefined {
  if (content.subarray(0, 4).equals(ZIP)) {
    return {
      fault: "This is a zip archive, as the SSL console gives it.",
      fix: "Unpack it, and take the files for Nginx: NAME_bundle.crt (or .pem) and NAME.key.",
    };
  }
  if (content[0] === 0xff || content[0] === 0xfe || content.subarray(0, 4096).includes(0)) {
    return {
      fault: "This is UTF-16 or binary, not PEM.",
      fix: `Save it as plain text: iconv -f UTF-16 -t UTF-8 ${file} > plain.pem`,
    };
  }
  if (/^\s*LS0tLS1CRUdJTi/.test(content.toString("latin1"))) {
    return {
      fault: "This is base64 of a PEM file, as Kubernetes keeps secrets.",
      fix: `base64 -d ${file} > plain.pem`,
    };
  }
  return undefined;
}

const ZIP = Buffer.from("504b0304", "hex");

/** Why a text with PEM's words cannot be read as PEM: what happened to its lines; undefined if nothing is to be seen. */
export function layoutFault(text: string, file: string): FileFault | undefined {
  if (/-----(?:\\+r)?\\+n/.test(text)) {
    return {
      fault: "Its line ends are written as \\n, as in JSON or in an environment variable.",
      fix: `Write them as line ends: printf '%b\\n' "$(cat ${file})" > plain.pem`,
    };
  }
  if (/-----BEGIN [A-Z0-9 ]+-----[ \t]*[A-Za-z0-9+/]/.test(text)) {
    return {
      fault: "Its line ends are lost: all of it is on one line.",
      fix: "Copy or download the file itself, not its text from a page or a form.",
    };
  }
  if (/^[ \t]+\S/m.test(text) || /\n\s*\n[A-Za-z0-9+/=]{2}/.test(text)) {
    return {
      fault: "Its lines are indented, or have empty lines between them.",
      fix: `sed 's/^[[:space:]]*//; /^$/d' ${file} > plain.pem`,
    };
  }
  if (!/-----BEGIN [A-Z0-9 ]+-----/.test(text) && /BEGIN [A-Z ]*(?:CERTIFICATE|KEY)/i.test(text)) {
    return {
      fault: "Its BEGIN and END lines are not PEM's to the letter.",
      fix: "Write them in capitals, with five hyphens on each side: -----BEGIN CERTIFICATE-----.",
    };
  }
  return undefined;
}
