// Grids of targets by keyboard, with what is left over or too much while it is typed. Numbers
// are whole counts of 10 ** -10 (BigInt), so that sums are exact. Without this file the same
// table is a plain form, and the sums come with the answer.

import { block, read } from "./typed.js";

const PLACES = 10;

// Canonical text ("-1234.5") in counts of 10 ** -10.
export const counts = (text) => {
  const [whole, part = ""] = text.replace("-", "").split(".");
  const value = BigInt(whole + part.slice(0, PLACES).padEnd(PLACES, "0"));
  return text.startsWith("-") ? -value : value;
};

// The same back as people read it, with groups of three.
export const shown = (value, point) => {
  const digits = (value < 0n ? -value : value).toString().padStart(PLACES + 1, "0");
  const part = digits.slice(-PLACES).replace(/0+$/, "");
  const whole = digits.slice(0, -PLACES).replace(/\B(?=(\d{3})+$)/g, point === "," ? "." : ",");
  return (value < 0n ? "-" : "") + whole + (part && point + part);
};
// As it is typed: without groups.
const typed = (value, point) => shown(value, point).replaceAll(point === "," ? "." : ",", "");

class TargetGrid extends HTMLElement {
  connectedCallback() {
    this.lines = [...this.querySelectorAll("tbody tr")];
    this.point = this.dataset.point;
    this.addEventListener("keydown", (event) => this.key(event));
    this.addEventListener("paste", (event) => this.paste(event));
    this.addEventListener("input", ({ target }) => this.typed(target));
    this.addEventListener("focusin", ({ target }) => this.cell(target) && target.select());
    for (const input of this.inputs()) this.mark(input);
    this.tell();
  }

  inputs(within = this) {
    return [...within.querySelectorAll("tbody .cell .input")];
  }

  cell(input) {
    return input.closest?.("tbody .cell");
  }

  place(input) {
    const cell = this.cell(input);
    return { row: this.lines.indexOf(cell.parentElement), column: [...cell.parentElement.children].indexOf(cell) };
  }

  // The input of a place, undefined beyond the grid, null where nothing can be typed.
  input(row, column) {
    const cell = this.lines[row]?.children[column];
    return cell ? cell.querySelector(".input") : undefined;
  }

  go(input, down, right) {
    const { row, column } = this.place(input);
    for (let n = 1; n < 500; n += 1) {
      const found = this.input(row + down * n, column + right * n);
      if (found === undefined) return;
      if (found) return found.focus();
    }
  }

  key(event) {
    const input = event.target;
    if (!this.cell(input) || !input.matches(".input") || event.isComposing) return;
    if (event.altKey || event.ctrlKey || event.metaKey || (event.shiftKey && event.key !== "Enter")) return;
    const all = input.selectionEnd - input.selectionStart === input.value.length;
    const moves = {
      Enter: () => this.go(input, event.shiftKey ? -1 : 1, 0),
      ArrowDown: () => this.go(input, 1, 0),
      ArrowUp: () => this.go(input, -1, 0),
      ArrowRight: (all || input.selectionStart === input.value.length) && (() => this.go(input, 0, 1)),
      ArrowLeft: (all || input.selectionEnd === 0) && (() => this.go(input, 0, -1)),
      Escape: () => this.put(input, input.dataset.was),
    };
    if (!Object.hasOwn(moves, event.key) || !moves[event.key]) return;
    event.preventDefault();
    moves[event.key]();
  }

  put(input, text) {
    input.value = text;
    if (document.activeElement === input) input.select();
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }

  paste(event) {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (!this.cell(event.target) || !/[\t\n\r]/.test(text)) return;
    event.preventDefault();
    const { row, column } = this.place(event.target);
    let beyond = 0;
    block(text).forEach((cells, down) =>
      cells.forEach((one, right) => {
        const input = this.input(row + down, column + right);
        if (input) this.put(input, one);
        else if (one) beyond += 1;
      }),
    );
    this.note = beyond && this.dataset.beyond ? this.dataset.beyond.replace("{n}", beyond) : "";
    this.tell();
  }

  typed(input) {
    const cell = this.cell(input);
    if (!cell) return;
    this.note = "";
    this.mark(input);
    const wrong = read(input.value, this.point) === null;
    const place = cell.querySelector(".cell-error");
    place.textContent = wrong ? this.dataset.notANumber : "";
    input.toggleAttribute("aria-invalid", false);
    input.removeAttribute("aria-describedby");
    if (wrong) {
      input.setAttribute("aria-invalid", "true");
      input.setAttribute("aria-describedby", place.id);
    }
    const year = cell.parentElement.querySelector(".input.year");
    if (year && year !== input) this.follow(year, cell.parentElement);
    this.tell();
  }

  // The whole year follows its periods, until somebody types another to spread it.
  follow(year, line) {
    const sum = [...line.querySelectorAll("[data-column]")].reduce((all, cell) => all + this.value(cell), 0n);
    year.value = typed(sum, this.point);
    this.mark(year);
  }

  mark(input) {
    const changed = read(input.value, this.point) !== read(input.dataset.was, this.point);
    input.classList.toggle("changed", changed);
  }

  value(cell) {
    const input = cell.querySelector(".input");
    const text = input ? read(input.value, this.point) : cell.querySelector("[data-fixed]")?.dataset.fixed;
    return text ? counts(text) : 0n;
  }

  // What each period of the KPI above has allocated, and what is left of it.
  tell() {
    const sums = new Map();
    for (const line of this.lines) {
      const scale = counts(line.dataset.scale || "1");
      for (const cell of line.querySelectorAll("[data-column]")) {
        const column = cell.dataset.column;
        sums.set(column, (sums.get(column) ?? 0n) + this.value(cell) * scale);
      }
    }
    const scale = counts(this.dataset.scale || "1");
    let whole = 0n;
    for (const [column, sum] of sums) {
      whole += sum / scale;
      this.fill(column, sum / scale);
    }
    this.fill(String(sums.size), whole);
    const said = this.querySelector("[data-said]");
    if (!said) return;
    const count = this.querySelectorAll(".cell .input.changed:not(.year)").length;
    const words = count ? this.dataset.changed.replace("{n}", count) : this.dataset.none;
    said.textContent = [words, this.note].filter(Boolean).join(". ");
  }

  fill(column, sum) {
    const place = this.querySelector(`[data-sum="${column}"]`);
    if (!place) return;
    place.textContent = shown(sum, this.point);
    const target = this.querySelector(`[data-target="${column}"]`).dataset.value;
    const left = this.querySelector(`[data-left="${column}"]`);
    if (!target) return;
    const rest = counts(target) - sum;
    const words = rest === 0n ? "exactly" : rest > 0n ? "under" : "over";
    left.classList.toggle("h-on_track", rest === 0n);
    left.classList.toggle("h-at_risk", rest > 0n);
    left.classList.toggle("h-off_track", rest < 0n);
    left.textContent = this.dataset[words].replace("{n}", shown(rest < 0n ? -rest : rest, this.point));
  }
}
customElements.define("target-grid", TargetGrid);
