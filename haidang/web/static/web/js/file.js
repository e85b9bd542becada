// A file that is chosen, in the page's words: the browser's own are in its language. The
// native field lies over them unseen, so that keys, drops and readers find what they know.
const told = (field) => {
  const text = [...field.files].map(({ name }) => name).join(", ") || field.parentElement.dataset.none;
  field.parentElement.querySelector(".file-name").textContent = text;
  field.title = text;
};
haidang.on("change", "x-file > input", (_event, field) => told(field));
customElements.define(
  "x-file",
  class extends HTMLElement {
    connectedCallback() {
      told(this.querySelector("input"));
    }
  },
);
// Gone back to, a page may have its file still, or no longer.
addEventListener("pageshow", () => document.querySelectorAll("x-file > input").forEach(told));
