// A select that is searched by typing: <x-picker data-url="/people/options/"><select>…</select></x-picker>
// The select stays the form control. Options come as {options: [{value, label, hint, kind, initials, tone, disabled}], more}.
const fold = (text) =>
  text.toLowerCase().replaceAll("đ", "d").normalize("NFD").replace(/\p{M}/gu, "");
const { make } = haidang;
let number = 0;

class Picker extends HTMLElement {
  connectedCallback() {
    const select = this.querySelector("select");
    if (!select || this.select) return;
    const id = select.id || `pick-${++number}`;
    this.select = select;
    this.many = select.multiple;
    this.dataset.ready = "";
    this.input = make("input", {
      id, type: "text", className: "pick-input bare", autocomplete: "off", spellcheck: false, role: "combobox",
      placeholder: this.dataset.placeholder ?? "", ariaExpanded: "false", ariaAutoComplete: "list",
      disabled: select.disabled,
    });
    for (const name of ["aria-describedby", "aria-invalid", "aria-label"])
      if (select.hasAttribute(name)) this.input.setAttribute(name, select.getAttribute(name));
    if (select.required) this.input.ariaRequired = "true";
    this.required = select.required;
    select.required = false;
    select.hidden = true;
    select.id = `${id}-value`;
    this.list = make("div", { id: `${id}-list`, className: "pick-list", role: "listbox", popover: "manual", tabIndex: -1 });
    this.list.ariaLabel = this.dataset.placeholder ?? "";
    if (this.many) this.list.ariaMultiSelectable = "true";
    this.input.setAttribute("aria-controls", this.list.id);
    this.said = make("span", { className: "sr", ariaLive: "polite" });
    this.chips = make("span", { className: "pick-chips" });
    this.clear = make("button", { type: "button", className: "pick-clear", ariaLabel: haidang.words.clear, textContent: "×" });
    this.box = make("div", { className: "pick-box" }, this.chips, this.input, this.clear);
    this.append(this.box, this.list, this.said);
    this.wire();
    this.draw();
  }

  wire() {
    this.box.onmousedown = (event) => {
      if (event.target.closest("button")) return;
      if (event.target !== this.input) event.preventDefault();
      this.input.focus();
      this.open();
    };
    this.clear.onclick = () => {
      this.choose(null);
      this.input.focus();
    };
    this.chips.onclick = ({ target }) => {
      const chip = target.closest("button");
      if (chip) this.drop(chip.value);
    };
    this.input.oninput = () => this.open();
    this.input.onfocus = () => this.many || this.input.select();
    this.input.onblur = () => this.close();
    this.input.onkeydown = (event) => this.key(event);
    this.list.onmousedown = (event) => event.preventDefault();
    this.list.onclick = ({ target }) => {
      const option = target.closest(".pick-option");
      if (option) this.pick(option);
    };
    this.select.form?.addEventListener("reset", () => setTimeout(() => this.draw()));
  }

  get chosen() {
    return [...this.select.selectedOptions].filter((option) => option.value);
  }

  get shown() {
    return [...this.list.querySelectorAll(".pick-option:not([aria-disabled=true])")];
  }

  draw() {
    const chosen = this.chosen;
    if (this.many) {
      this.chips.replaceChildren(
        ...chosen.map((option) =>
          make("span", { className: "pick-chip" }, make("span", { textContent: option.text }),
            make("button", { type: "button", value: option.value, textContent: "×", ariaLabel: `${haidang.words.remove} ${option.text}` })),
        ),
      );
      this.input.value = "";
    } else this.input.value = chosen[0]?.text ?? "";
    this.clear.hidden = this.many || this.required || !chosen.length || this.input.disabled;
  }

  key(event) {
    const { key } = event;
    const opened = this.list.matches(":popover-open");
    if (event.isComposing) return;
    if (key === "ArrowDown" || key === "ArrowUp") {
      event.preventDefault();
      if (!opened) return this.open();
      const all = this.shown;
      const at = all.indexOf(this.active) + (key === "ArrowDown" ? 1 : -1);
      this.mark(all.at(at % all.length || 0));
    } else if (key === "Enter" && opened) {
      event.preventDefault();
      // Typed faster than it was searched: what is found then is taken.
      if (this.listed !== this.wanted) this.hasty = true;
      else if (this.active) this.pick(this.active);
    } else if (key === "Escape" && opened) {
      event.preventDefault();
      event.stopPropagation();
      this.close();
    } else if (key === "Backspace" && this.many && !this.input.value) this.drop(this.chosen.at(-1)?.value);
  }

  mark(option) {
    this.active?.classList.remove("active");
    this.active = option;
    option?.classList.add("active");
    option?.scrollIntoView({ block: "nearest" });
    if (option) this.input.setAttribute("aria-activedescendant", option.id);
    else this.input.removeAttribute("aria-activedescendant");
  }

  async open() {
    // What is already chosen is no search: the whole list comes first.
    const text = this.input.value.trim();
    const query = !this.many && text === (this.chosen[0]?.text ?? "") ? "" : text;
    this.wanted = query;
    this.hasty = false;
    clearTimeout(this.timer);
    const quick = !this.dataset.url || !this.list.matches(":popover-open");
    if (!quick) await new Promise((done) => (this.timer = setTimeout(done, 140)));
    const found = this.dataset.url ? await this.fetch(query) : this.search(query);
    if (!found || this.wanted !== query || document.activeElement !== this.input) return;
    this.listed = query;
    this.fill(found);
    if (this.hasty && this.active) this.pick(this.active);
  }

  search(query) {
    const wanted = fold(query).split(/\s+/);
    const options = [...this.select.options]
      .filter((option) => option.value && wanted.every((part) => fold(option.text).includes(part)))
      .map(({ value, text, dataset, disabled }) => ({ value, label: text, disabled, ...dataset }));
    return { options };
  }

  async fetch(query) {
    this.call?.abort();
    this.call = new AbortController();
    const url = new URL(this.dataset.url, location.href);
    url.searchParams.set("q", query);
    try {
      const answer = await fetch(url, { signal: this.call.signal, headers: { Accept: "application/json" } });
      return answer.ok ? await answer.json() : { options: [] };
    } catch (error) {
      if (error.name !== "AbortError") haidang.toast(haidang.words.offline, "danger");
    }
  }

  fill({ options, more }) {
    const has = new Set(this.chosen.map((option) => option.value));
    const rows = options.map((option, at) => {
      const sign = option.initials
        ? make("span", { className: `avatar s a-${option.tone ?? 7}`, textContent: option.initials, ariaHidden: "true" })
        : this.querySelector("template")?.content.querySelector(`[data-kind="${option.kind}"]`)?.firstElementChild.cloneNode(true);
      const row = make("div", { id: `${this.list.id}-${at}`, className: "pick-option", role: "option" },
        sign ?? make("span"), make("b", { textContent: option.label }),
        make("span", { className: "tick", textContent: "✓", ariaHidden: "true" }),
        option.hint && make("small", { textContent: option.hint }));
      row.ariaSelected = String(has.has(option.value));
      if (option.disabled) row.ariaDisabled = "true";
      row.option = option;
      return row;
    });
    const note = rows.length ? (more ? haidang.words.more : "") : haidang.words.none;
    this.list.replaceChildren(...rows);
    if (note) this.list.append(make("div", { className: "pick-note", textContent: note }));
    this.said.textContent = rows.length ? haidang.words.found.replace("{n}", rows.length) : haidang.words.none;
    this.list.showPopover();
    haidang.place(this.list, this.box, "start", true);
    this.input.ariaExpanded = "true";
    this.mark(this.shown.find((row) => row.ariaSelected === "true") ?? (this.input.value ? this.shown[0] : undefined));
  }

  close() {
    this.wanted = null;
    this.list.hidePopover();
    this.input.ariaExpanded = "false";
    this.mark();
    this.draw();
  }

  pick({ option, ariaDisabled }) {
    if (ariaDisabled === "true") return;
    this.choose(option);
    if (!this.many) this.close();
    else this.open();
  }

  choose(option) {
    const known = option && [...this.select.options].find(({ value }) => value === option.value);
    const choice = option && (known ?? this.select.appendChild(new Option(option.label, option.value)));
    if (this.many) choice.selected = !choice.selected;
    else {
      for (const other of this.select.options) other.selected = false;
      if (choice) choice.selected = true;
      else this.select.value = "";
    }
    this.changed();
  }

  drop(value) {
    for (const option of this.select.options) if (option.value === value) option.selected = false;
    this.changed();
  }

  changed() {
    this.draw();
    this.select.dispatchEvent(new Event("change", { bubbles: true }));
  }
}
customElements.define("x-picker", Picker);
