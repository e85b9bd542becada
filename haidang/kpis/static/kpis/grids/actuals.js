// The grid of actuals by keyboard: move, take back, paste a block, mark what changed.
// Without this file the same table is a plain form.

import { block, read } from "./typed.js";

const YES = { 1: "1", yes: "1", true: "1", "có": "1", "đạt": "1", met: "1" };
const NO = { 0: "0", no: "0", false: "0", "không": "0", "không đạt": "0", "not met": "0" };

class KpiGrid extends HTMLElement {
  connectedCallback() {
    // Every row as places from left to right: an input, or null where a period is closed.
    this.rows = [...this.querySelectorAll("tbody tr")].map((row) =>
      [...row.querySelectorAll("td.actual")].flatMap((cell) => {
        const inputs = [...cell.querySelectorAll(".input")];
        return inputs.length ? inputs : Array(Number(cell.dataset.parts)).fill(null);
      }),
    );
    this.addEventListener("keydown", (event) => this.key(event));
    this.addEventListener("paste", (event) => this.paste(event));
    this.addEventListener("input", ({ target }) => this.typed(target));
    this.addEventListener("focusin", ({ target }) => this.at(target) && target.select?.());
    for (const row of this.rows) for (const input of row) if (input) this.mark(input);
    this.tell();
  }

  at(input) {
    const row = this.rows.findIndex((places) => places.includes(input));
    return row < 0 ? null : { row, place: this.rows[row].indexOf(input) };
  }

  // The nearest input that way; of another row one of the same period.
  go(input, down, right) {
    const { row, place } = this.at(input);
    const shown = (one) => one?.checkVisibility();
    if (right) {
      const places = this.rows[row];
      let next = place + right;
      while (next >= 0 && next < places.length && !shown(places[next])) next += right;
      places[next]?.focus();
      return;
    }
    const cell = input.closest("td");
    const column = [...cell.parentElement.children].indexOf(cell);
    const part = [...cell.querySelectorAll(".input")].indexOf(input);
    for (let next = row + down; next >= 0 && next < this.rows.length; next += down) {
      const line = this.querySelectorAll("tbody tr")[next].children[column];
      const inputs = line.querySelectorAll(".input");
      const found = inputs[part] ?? inputs[0];
      if (shown(found)) return found.focus();
    }
  }

  key(event) {
    const input = event.target;
    if (!this.at(input) || event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
    const choice = input.tagName === "SELECT";
    const all = choice || input.selectionEnd - input.selectionStart === input.value.length;
    const moves = {
      Enter: () => this.go(input, event.shiftKey ? -1 : 1, 0),
      ArrowDown: !choice && (() => this.go(input, 1, 0)),
      ArrowUp: !choice && (() => this.go(input, -1, 0)),
      ArrowRight: (all || input.selectionStart === input.value.length) && (() => this.go(input, 0, 1)),
      ArrowLeft: (all || input.selectionEnd === 0) && (() => this.go(input, 0, -1)),
      Escape: () => this.put(input, input.dataset.was),
    };
    if (event.shiftKey && event.key !== "Enter") return;
    if (!Object.hasOwn(moves, event.key) || !moves[event.key]) return;
    event.preventDefault();
    moves[event.key]();
  }

  put(input, text) {
    input.value = text;
    if (document.activeElement === input) input.select?.();
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }

  paste(event) {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    const start = this.at(event.target);
    if (!start || !/[\t\n\r]/.test(text)) return;
    event.preventDefault();
    const cell = event.target.closest("td");
    const column = [...cell.parentElement.children].indexOf(cell);
    const left = { closed: 0, beyond: 0 };
    block(text).forEach((cells, down) => {
      const line = this.querySelectorAll("tbody tr")[start.row + down];
      const places = this.rows[start.row + down];
      const first = line && (down ? this.first(line, column) : start.place);
      cells.forEach((one, right) => {
        const input = places?.[first + right];
        if (input?.checkVisibility()) this.fill(input, one, line.dataset.unit);
        else if (one) left[input === null ? "closed" : "beyond"] += 1;
      });
    });
    this.note = ["closed", "beyond"].filter((why) => left[why]).map((why) => this.say(why, left[why]));
    this.tell();
  }

  // The place in its row at which a period begins.
  first(line, column) {
    const cells = [...line.children].slice(1, column);
    return cells.reduce((sum, cell) => sum + Number(cell.dataset.parts), 0);
  }

  fill(input, text, unit) {
    let value = unit && text.endsWith(unit) ? text.slice(0, -unit.length).trim() : text;
    if (input.tagName === "SELECT") value = YES[value.toLowerCase()] ?? NO[value.toLowerCase()] ?? "";
    this.put(input, value);
  }

  typed(input) {
    if (!this.at(input)) return;
    this.note = [];
    const cell = input.closest("td");
    cell.querySelector(".actual-error").replaceChildren();
    for (const one of cell.querySelectorAll(".input")) this.mark(one);
    this.check(cell);
    this.tell();
  }

  mark(input) {
    const { point } = this.dataset;
    input.classList.toggle("changed", read(input.value, point) !== read(input.dataset.was, point));
  }

  // What is wrong in a cell, beside it, as it would be said after saving.
  check(cell) {
    const inputs = [...cell.querySelectorAll(".input")];
    const numbers = inputs.map((input) => read(input.value, this.dataset.point));
    const wrong = numbers.map((number, i) => {
      if (number === null) return "notANumber";
      if (inputs.length < 2 || numbers.every((one) => one === "")) return "";
      if (number === "") return "missing";
      return i && !/^(?!-).*[1-9]/.test(number) ? "notPositive" : "";
    });
    const place = cell.querySelector(".actual-error");
    inputs.forEach((input, i) => {
      input.toggleAttribute("aria-invalid", false);
      input.removeAttribute("aria-describedby");
      if (!wrong[i]) return;
      input.setAttribute("aria-invalid", "true");
      input.setAttribute("aria-describedby", place.id);
    });
    cell.classList.toggle("wrong", wrong.some(Boolean));
    place.textContent = this.dataset[wrong.find(Boolean)] ?? "";
  }

  say(what, count) {
    return this.dataset[what].replace("{n}", count);
  }

  tell() {
    const changed = new Set([...this.querySelectorAll(".input.changed")].map((one) => one.closest("td")));
    const wrong = this.querySelectorAll("td.wrong").length;
    const words = changed.size ? [this.say("changed", changed.size)] : [this.dataset.none];
    if (wrong) words.push(this.say("wrong", wrong));
    this.querySelector("[data-said]").textContent = [words.join(", "), ...(this.note ?? [])].join(". ");
  }
}
customElements.define("kpi-grid", KpiGrid);

// What is chosen above the grid shows at once.
document.addEventListener("change", ({ target }) => target.closest("[data-actual-filters]")?.requestSubmit());
