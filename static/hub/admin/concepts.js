/* Choosing concepts in the editors' forms. */
(() => {
  const { Controller } = window.StimulusModule;

  /* As hub.matching.plain: lower case, without accents. */
  const plain = (text) => {
    const letters = { ł: 'l', ø: 'o', đ: 'd', ħ: 'h', ı: 'i', ŧ: 't', ß: 'ss' };
    return text.toLowerCase().normalize('NFKD').replace(/\p{M}/gu, '').replace(/[łøđħıŧß]/g, (letter) => letters[letter]);
  };

  /* A tree of check boxes that a word narrows; the wider themes of what is found stay in sight. */
  class TreeController extends Controller {
    static targets = ['filter', 'item', 'count', 'names', 'none'];

    connect() {
      this.count();
    }

    narrow() {
      const words = plain(this.filterTarget.value).split(/\s+/).filter(Boolean);
      const byKey = new Map(this.itemTargets.map((item) => [item.dataset.key, item]));
      const shown = new Set();
      let found = 0;
      this.itemTargets.forEach((item) => {
        if (!words.every((word) => item.dataset.words.includes(word))) return;
        found += 1;
        for (let current = item; current; current = byKey.get(current.dataset.parent)) shown.add(current);
      });
      this.itemTargets.forEach((item) => { item.hidden = !shown.has(item); });
      this.noneTarget.hidden = found > 0;
    }

    /* Enter in the filter must not save the page. */
    keep(event) {
      if (event.key === 'Enter') event.preventDefault();
    }

    count() {
      const chosen = this.itemTargets.filter((item) => item.querySelector('input').checked);
      this.countTarget.textContent = chosen.length;
      const names = chosen.map((item) => item.querySelector('span').textContent).join(', ');
      this.namesTarget.textContent = names ? `: ${names}` : '';
    }
  }

  /* A list of concepts, filled from Wagtail's chooser. */
  class PickerController extends Controller {
    static targets = ['list', 'template', 'add'];

    static values = { name: String, chooser: String };

    open() {
      this.factory ??= window.telepath.unpack(JSON.parse(this.chooserValue));
      this.factory.openModal((results) => {
        [results].flat().forEach((result) => this.append(result));
        this.changed();
        this.addTarget.focus();
      }, { multiple: true });
    }

    append({ id, string }) {
      const known = [...this.listTarget.querySelectorAll('input')].some((input) => input.value === String(id));
      if (known) return;
      const item = this.templateTarget.content.firstElementChild.cloneNode(true);
      item.querySelector('span').textContent = string;
      Object.assign(item.querySelector('input'), { name: this.nameValue, value: id });
      const button = item.querySelector('button');
      button.setAttribute('aria-label', `${button.dataset.label} ${string}`);
      this.listTarget.append(item);
    }

    remove(event) {
      event.currentTarget.closest('li').remove();
      this.changed();
      this.addTarget.focus();
    }

    /* Lets Wagtail's notice of unsaved changes and its preview know. */
    changed() {
      this.element.dispatchEvent(new Event('change', { bubbles: true }));
    }
  }

  window.wagtail.app.register('hub-tree', TreeController);
  window.wagtail.app.register('hub-picker', PickerController);
})();
