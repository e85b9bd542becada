// Scorecards: choices at once, printing, and the weights' total while typing. Without this file
// a button shows what was chosen, and the total is said when the form is sent.
for (const form of document.querySelectorAll("[data-at-once]")) {
  form.querySelector("[type=submit]").hidden = true;
  form.addEventListener("change", () => form.requestSubmit());
}
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

const HUNDREDTHS = 100;
class Weights extends HTMLElement {
  connectedCallback() {
    this.inputs = [...this.querySelectorAll("[data-weight]")];
    this.said = this.querySelector("[data-total]");
    this.warning = this.querySelector("[data-warning]");
    if (!this.said) return;
    this.addEventListener("input", () => this.add());
    this.add();
  }

  // In whole hundredths of a percent, so that 33.33 + 33.33 + 33.34 is 100.
  add() {
    const parts = this.inputs.map(({ value }) => Number(value.replace("%", "").replace(",", ".")));
    const total = parts.reduce((sum, part) => sum + Math.round((part || 0) * HUNDREDTHS), 0);
    const text = String(total / HUNDREDTHS).replace(".", this.dataset.point);
    this.said.value = `${text}%`;
    const off = total !== 100 * HUNDREDTHS;
    this.said.classList.toggle("off", off);
    this.warning.hidden = !off || total === 0;
  }
}
customElements.define("x-weights", Weights);
