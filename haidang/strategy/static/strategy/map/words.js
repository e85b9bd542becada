/* Numbers as the page's language writes them. */

const said = new Map(), marks = [0, 1].map(digits =>
  new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: digits }));

/** Billionths as "63,3%"; what is short of the whole is never written as 100%. */
export function percent(billionths, digits = 1) {
  if (billionths == null) return "–";
  const step = 10 ** digits, most = billionths < 1e9 ? 100 * step - 1 : 100 * step;
  const parts = Math.min(most, Math.round(billionths / 1e7 * step)), key = parts * 8 + digits;
  if (!said.has(key)) said.set(key, marks[digits].format(parts / step) + "%");
  return said.get(key);
}

/** "{0} of {1}" with its parts. */
export const filled = (text, ...parts) => text.replace(/\{(\d)\}/g, (_, i) => parts[i]);
