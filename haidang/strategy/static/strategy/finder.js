// The rows of Ctrl+K are walked with the arrows and opened with Enter, while the focus stays
// in the box. What is typed faster than it is found is opened as soon as it is found.
class Finder extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("input");
    this.list = this.querySelector("[role=listbox]");
    this.said = this.querySelector("[role=status]");
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("input", () => {
      this.waits = true;
      this.input.defaultValue = this.input.value; // nothing here is lost when it is left
      this.hasty = false;
    });
    this.list.addEventListener("mousemove", ({ target }) => this.mark(target.closest("[role=option]"), false));
    this.addEventListener("htmx:after:swap", () => this.found());
    this.closest("dialog").addEventListener("close", () => {
      this.input.value = this.input.defaultValue = "";
      this.waits = this.hasty = false;
      this.list.replaceChildren();
    });
    this.found();
  }

  get rows() {
    return [...this.list.querySelectorAll("[role=option]")];
  }

  found() {
    const { rows } = this;
    const asked = this.list.querySelector("[data-asked]")?.dataset.asked;
    rows.forEach((row, at) => (row.id = `finder-row-${at}`));
    this.mark(rows[0]);
    if (asked !== this.input.value) return;
    this.waits = false;
    if (asked) this.said.textContent = haidang.words.found.replace("{n}", rows.filter((row) => row.closest("[role=group]")).length);
    if (this.hasty) rows[0]?.click();
    this.hasty = false;
  }

  mark(row, scroll = true) {
    if (!row || row === this.active) return;
    this.active?.setAttribute("aria-selected", "false");
    row.setAttribute("aria-selected", "true");
    this.active = row;
    this.input.setAttribute("aria-activedescendant", row.id);
    if (scroll) row.scrollIntoView({ block: "nearest" });
  }

  key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.isComposing || (!step && event.key !== "Enter")) return;
    event.preventDefault();
    const { rows } = this;
    if (step) this.mark(rows.at((rows.indexOf(this.active) + step) % rows.length));
    else if (this.waits) this.hasty = true;
    else if (event.ctrlKey || event.metaKey) window.open(this.active?.href);
    else this.active?.click();
  }
}
customElements.define("x-finder", Finder);
