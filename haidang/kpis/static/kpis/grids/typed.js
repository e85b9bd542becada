// Numbers as people type them, and blocks as a spreadsheet copies them: what the grids share.

const GAPS = /[\s\u00a0\u2007\u2009\u202f\u0027]/g;
const clean = (text) => text.normalize("NFKC").replace(GAPS, "").replace(/[\u2212\u2013]/g, "-");

// Digits with groups taken away and a dot as decimal mark, as haidang/lib/input.py reads them.
const joined = (digits, group, point) => {
  const [whole, ...rest] = digits.split(point);
  if (rest.length > 1 || rest[0]?.includes(group)) return null;
  const [first, ...groups] = whole.split(group);
  if (!first || first.length > 3 || groups.some((part) => part.length !== 3)) return null;
  return [first, ...groups].join("") + (rest.length ? `.${rest[0]}` : "");
};
const plain = (digits, point) => {
  const marks = digits.match(/[.,]/g) ?? [];
  if (!marks.length) return digits;
  const last = marks.at(-1);
  const other = last === "." ? "," : ".";
  if (new Set(marks).size === 2) return joined(digits, other, last);
  if (marks.length > 1) return joined(digits, last, other);
  const [before, after] = digits.split(last);
  const groups = after.length === 3 && /^[1-9]\d{0,2}$/.test(before);
  return last !== point && groups ? before + after : `${before || 0}.${after}`;
};
// The number that is typed as text that compares, "" for none, null for what is no number.
export const read = (typed, point) => {
  const found = /^([+-]?)([\d.,]*\d)$/.exec(clean(typed));
  if (!found) return clean(typed) ? null : "";
  const digits = plain(found[2], point);
  if (digits === null) return null;
  const [whole, part = ""] = digits.split(".");
  const short = part.replace(/0+$/, "");
  const text = whole.replace(/^0+(?=\d)/, "") + (short && `.${short}`);
  return found[1] === "-" && /[1-9]/.test(text) ? `-${text}` : text;
};

// A block as a spreadsheet copies it: rows by line, cells by tab.
export const block = (text) => {
  const lines = text.normalize("NFC").replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n");
  return lines.map((line) => line.split("\t").map((one) => one.trim().replace(/^\u0022(.*)\u0022$/, "$1")));
};
